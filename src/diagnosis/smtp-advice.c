/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "diagnosis/smtp-advice.h"

#include <glib/gi18n.h>
#include <string.h>

#include "diagnosis/smtp-tls-advice.h"
#include "protocol/smtp-command.h"
#include "protocol/smtp-mailbox.h"

static const char *const plan_errors[] = {
  [SMTP_PLAN_ERROR_HOST_EMPTY] = N_("Which server? Enter its name or IP address."),
  [SMTP_PLAN_ERROR_HOST_CONTROL] = N_("A host name has no spaces or control characters in it."),
  [SMTP_PLAN_ERROR_HOST_SYNTAX] = N_("This is neither a host name nor an IP address."),
  [SMTP_PLAN_ERROR_HOST_LONG] = N_("This is too long for a host name."),
  [SMTP_PLAN_ERROR_PORT_EMPTY] = N_("Which port? Mail servers listen on 25, 587 or 465."),
  [SMTP_PLAN_ERROR_PORT_RANGE] = N_("A port is a number from 1 to 65535."),
  [SMTP_PLAN_ERROR_PORT_SERVICE] = N_("This machine knows no service of that name. A number will do."),
  [SMTP_PLAN_ERROR_EHLO_NAME] = N_("Enter a domain name such as pc.example.org, or an address in brackets such as [192.0.2.1]."),
  [SMTP_PLAN_ERROR_NO_RECIPIENTS] = N_("Whom should the server be asked about? Add a recipient."),
  [SMTP_PLAN_ERROR_NO_MESSAGE] = N_("There is no message to send."),
  [SMTP_PLAN_ERROR_FILE] = NULL,
  [SMTP_PLAN_ERROR_CHOICE] = N_("This is not one of the possible values."),
  [SMTP_PLAN_ERROR_TIMEOUT] = N_("A time-out is a number of seconds from 1 to 3600."),
  [SMTP_PLAN_ERROR_FAMILY] = N_("This address is of the other family: choose IPv4 or IPv6 to match, or both."),
};

static const char *const mailbox_errors[] = {
  [SMTP_MAILBOX_ERROR_EMPTY] = N_("The address is empty."),
  [SMTP_MAILBOX_ERROR_CONTROL] = N_("There is a line break or control character in the address."),
  [SMTP_MAILBOX_ERROR_NO_AT] = N_("The @ is missing: an address looks like name@example.org."),
  [SMTP_MAILBOX_ERROR_LOCAL_PART] = N_("The part before the @ has a character or a dot where none may be."),
  [SMTP_MAILBOX_ERROR_LOCAL_TOO_LONG] = N_("The part before the @ is longer than 64 characters."),
  [SMTP_MAILBOX_ERROR_DOMAIN] = N_("The part behind the @ is not a domain name."),
  [SMTP_MAILBOX_ERROR_DOMAIN_TOO_LONG] = N_("The part behind the @ is longer than 255 characters."),
  [SMTP_MAILBOX_ERROR_PATH_TOO_LONG] = N_("The address is longer than 254 characters."),
  [SMTP_MAILBOX_ERROR_LITERAL] = N_("The brackets behind the @ must hold an IP address: [192.0.2.1] or [IPv6:2001:db8::1]."),
  [SMTP_MAILBOX_ERROR_BRACKETS] = N_("The angle brackets do not match."),
  [SMTP_MAILBOX_ERROR_NOT_ASCII] = N_("There are letters outside ASCII before the @; plain SMTP cannot carry them."),
};

/* Those with a detail are formats. */
static const char *const tls_errors[] = {
  [SMTP_TLS_OPTIONS_ERROR_VERSION] = N_("A TLS version is 1.0, 1.1, 1.2 or 1.3."),
  [SMTP_TLS_OPTIONS_ERROR_RANGE] = N_("The lowest TLS version is above the highest."),
  [SMTP_TLS_OPTIONS_ERROR_NAME] = N_("This is neither a host name nor an IP address."),
  [SMTP_TLS_OPTIONS_ERROR_CHOICE] = N_("This is not one of the possible values."),
  [SMTP_TLS_OPTIONS_ERROR_NO_CA_FILE] = N_("Which authorities are to be trusted? Choose a CA file."),
  [SMTP_TLS_OPTIONS_ERROR_NO_CERTIFICATE] = N_("A key needs the certificate that goes with it."),
  [SMTP_TLS_OPTIONS_ERROR_PRIORITY] = N_("GnuTLS does not understand the priority string from here on: “%s”"),
  [SMTP_TLS_OPTIONS_ERROR_NOTHING_LEFT] = N_("Priority string and TLS versions leave nothing to offer: %s"),
  [SMTP_TLS_OPTIONS_ERROR_CA_READ] = N_("The CA file cannot be read: %s"),
  [SMTP_TLS_OPTIONS_ERROR_CA_FORMAT] = N_("There is no certificate in the CA file, or one that cannot be read. It must be in PEM format."),
  [SMTP_TLS_OPTIONS_ERROR_CERT_READ] = N_("The certificate file cannot be read: %s"),
  [SMTP_TLS_OPTIONS_ERROR_CERT_FORMAT] = N_("This is not a certificate. PEM and PKCS#12 files are understood."),
  [SMTP_TLS_OPTIONS_ERROR_KEY_READ] = N_("The key file cannot be read: %s"),
  [SMTP_TLS_OPTIONS_ERROR_KEY_FORMAT] = N_("There is no private key in the file. It must be in PEM format."),
  [SMTP_TLS_OPTIONS_ERROR_KEY_PASSWORD] = N_("The key is locked with a password: it is missing or wrong."),
  [SMTP_TLS_OPTIONS_ERROR_KEY_MISMATCH] = N_("The key does not belong to the certificate."),
  [SMTP_TLS_OPTIONS_ERROR_PKCS11] = N_("The token cannot be used: %s"),
  [SMTP_TLS_OPTIONS_ERROR_KEYLOG] = N_("The key log cannot be written: %s"),
};

static const char *const command_errors[] = {
  [SMTP_COMMAND_ERROR_CONTROL] = N_("There is a line break or control character in it."),
  [SMTP_COMMAND_ERROR_NOT_ASCII] = N_("There are letters outside ASCII in it."),
  [SMTP_COMMAND_ERROR_EMPTY] = N_("It is empty."),
};

/* Who greets like this, if it is not a mail server. */
static const struct
{
  const char *prefix;
  const char *words;
} strangers[] = {
  { "HTTP/", N_("A web server answers here, not a mail server.") },
  { "<!DOCTYPE", N_("A web server answers here, not a mail server.") },
  { "<html", N_("A web server answers here, not a mail server.") },
  { "SSH-", N_("An SSH server answers here, not a mail server.") },
  { "* OK", N_("An IMAP server answers here: it hands mail out and does not take any. SMTP is on port 25, 587 or 465.") },
  { "* BYE", N_("An IMAP server answers here: it hands mail out and does not take any. SMTP is on port 25, 587 or 465.") },
  { "+OK", N_("A POP3 server answers here: it hands mail out and does not take any. SMTP is on port 25, 587 or 465.") },
  { "-ERR", N_("A POP3 server answers here: it hands mail out and does not take any. SMTP is on port 25, 587 or 465.") },
  { "RFB ", N_("A VNC server answers here, not a mail server.") },
};

static const char *
lookup (const char *const *table,
        gsize              n,
        int                code)
{
  return code >= 0 && (gsize) code < n ? table[code] : NULL;
}

static char *
describe_tls_error (const GError *error)
{
  const char *words = lookup (tls_errors, G_N_ELEMENTS (tls_errors), error->code);
  const char *place = words != NULL ? strstr (_(words), "%s") : NULL;

  if (place == NULL)
    return g_strdup (words != NULL ? _(words) : error->message);

  return g_strdup_printf ("%.*s%s%s", (int) (place - _(words)), _(words), error->message, place + 2);
}

/**
 * smtp_advice_for_error:
 * @error: why a value was refused
 *
 * Returns: (transfer full): it as a sentence for the field; what is not ours keeps its own message
 */
char *
smtp_advice_for_error (const GError *error)
{
  const char *words = NULL;

  if (error->domain == SMTP_TLS_OPTIONS_ERROR)
    return describe_tls_error (error);
  if (error->domain == SMTP_PLAN_ERROR)
    words = lookup (plan_errors, G_N_ELEMENTS (plan_errors), error->code);
  else if (error->domain == SMTP_MAILBOX_ERROR)
    words = lookup (mailbox_errors, G_N_ELEMENTS (mailbox_errors), error->code);
  else if (error->domain == SMTP_COMMAND_ERROR)
    words = lookup (command_errors, G_N_ELEMENTS (command_errors), error->code);

  return g_strdup (words != NULL ? _(words) : error->message);
}

static const char *
find_stranger (SmtpReply *reply)
{
  const char *raw;
  gsize length;

  if (reply == NULL)
    return NULL;

  raw = smtp_reply_get_raw (reply, &length);
  for (gsize i = 0; i < G_N_ELEMENTS (strangers); i++)
    {
      gsize n = strlen (strangers[i].prefix);

      if (length >= n && g_ascii_strncasecmp (raw, strangers[i].prefix, n) == 0)
        return _(strangers[i].words);
    }

  return NULL;
}

/* The connection, as people write it. */
static char *
format_endpoint (SmtpStep *step)
{
  const char *target = smtp_step_get_target (step);

  return g_strdup_printf (_("%s port %u"), target != NULL ? target : "?", smtp_step_get_port (step));
}

static char *
describe_silence (SmtpStep *step)
{
  int seconds = (int) ((smtp_step_get_end_us (step) - smtp_step_get_start_us (step) + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC);

  return g_strdup_printf (ngettext ("Nothing came in %d second: the command in clear was not carried out.",
                                    "Nothing came in %d seconds: the command in clear was not carried out.",
                                    (gulong) seconds), seconds);
}

static char *
describe_timeout (SmtpStep *step)
{
  gint64 waited_us = smtp_step_get_end_us (step) - smtp_step_get_start_us (step);
  int seconds = (int) ((waited_us + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC);

  switch (smtp_step_get_kind (step))
    {
    case SMTP_STEP_CONNECT:
      {
        g_autofree char *endpoint = format_endpoint (step);

        return g_strdup_printf (ngettext ("%s did not answer within %d second. A firewall may drop the connection, or the host is down.",
                                          "%s did not answer within %d seconds. A firewall may drop the connection, or the host is down.",
                                          (gulong) seconds), endpoint, seconds);
      }
    case SMTP_STEP_LOOKUP:
      return g_strdup_printf (ngettext ("The name service did not answer within %d second.",
                                        "The name service did not answer within %d seconds.", (gulong) seconds), seconds);
    case SMTP_STEP_HANDSHAKE:
      return g_strdup_printf (ngettext ("The TLS handshake was not complete after %d second. This port may not begin with TLS.",
                                        "The TLS handshake was not complete after %d seconds. This port may not begin with TLS.",
                                        (gulong) seconds), seconds);
    case SMTP_STEP_GREETING:
      if (smtp_step_get_reply (step) == NULL)
        return g_strdup_printf (ngettext ("Connected, but the server said nothing for %d second. It may be overloaded, or expect TLS from the first byte (port 465 does).",
                                          "Connected, but the server said nothing for %d seconds. It may be overloaded, or expect TLS from the first byte (port 465 does).",
                                          (gulong) seconds), seconds);
      break;
    case SMTP_STEP_COMMAND:
    case SMTP_STEP_SILENCE:
    case SMTP_STEP_CONTENT:
    case SMTP_STEP_UNASKED:
    case SMTP_STEP_CLOSE:
    default:
      break;
    }

  if (smtp_step_get_reply (step) != NULL)
    return g_strdup_printf (ngettext ("The reply was not complete after %d second.",
                                      "The reply was not complete after %d seconds.", (gulong) seconds), seconds);

  return g_strdup_printf (ngettext ("There was no reply within %d second.",
                                    "There was no reply within %d seconds.", (gulong) seconds), seconds);
}

static char *
describe_failure (SmtpStep *step)
{
  const char *detail = smtp_step_get_detail (step) != NULL ? smtp_step_get_detail (step) : "?";
  gboolean has_reply = smtp_step_get_reply (step) != NULL;
  g_autofree char *endpoint = NULL;
  const char *stranger;
  char *about_tls = smtp_tls_advice_for_failure (step);

  if (about_tls != NULL)
    return about_tls;

  switch ((int) smtp_step_get_failure (step))
    {
    case SMTP_FAILURE_NONE:
      return NULL;
    case SMTP_FAILURE_NO_SUCH_NAME:
      return g_strdup_printf (_("There is no address for the name %s. Check its spelling."), smtp_step_get_target (step));
    case SMTP_FAILURE_LOOKUP:
      return g_strdup_printf (_("The name %s could not be looked up: the name service did not give an answer."), smtp_step_get_target (step));
    case SMTP_FAILURE_CONNECTION_REFUSED:
      endpoint = format_endpoint (step);
      return g_strdup_printf (_("Nobody listens at %s: the connection was refused."), endpoint);
    case SMTP_FAILURE_UNREACHABLE:
      endpoint = format_endpoint (step);
      return g_strdup_printf (_("There is no way to %s: the network or host cannot be reached."), endpoint);
    case SMTP_FAILURE_TIMEOUT:
      return describe_timeout (step);
    case SMTP_FAILURE_CLOSED:
      return g_strdup (has_reply ? _("The server closed the connection in the middle of its reply.")
                                 : _("The server closed the connection without a reply."));
    case SMTP_FAILURE_RESET:
      return g_strdup (_("The connection was cut off, by the server or by something in between."));
    case SMTP_FAILURE_CANCELLED:
      return g_strdup (_("Stopped by you."));
    case SMTP_FAILURE_NOT_SMTP:
      stranger = find_stranger (smtp_step_get_reply (step));
      return g_strdup (stranger != NULL ? stranger : _("What came is not an SMTP reply. Another kind of server may listen on this port."));
    case SMTP_FAILURE_TLS_BYTES:
      return g_strdup (_("The server speaks TLS from the first byte. This port wants an encrypted connection; without encryption try port 25 or 587."));
    case SMTP_FAILURE_OUT_OF_STEP:
      return g_strdup (_("The server sent a reply that nobody had asked for. From here on nobody can tell which reply belongs to which command."));
    case SMTP_FAILURE_REPLY_TOO_LARGE:
      return g_strdup (_("The reply did not end. It was cut off at 64 MiB."));
    case SMTP_FAILURE_FILE:
      return g_strdup_printf (_("The message file could not be read to its end: %s. The message was not completed."), detail);
    case SMTP_FAILURE_IO:
    default:
      return g_strdup_printf (_("The connection failed: %s."), detail);
    }
}

/**
 * smtp_advice_for_failure:
 * @step: a settled step
 *
 * Returns: (transfer full) (nullable): why the step has no (good) reply, in a sentence or two; %NULL if it
 *   did not fail
 */
char *
smtp_advice_for_failure (SmtpStep *step)
{
  g_autofree char *words = describe_failure (step);

  /* RFC 5321 section 4.1.1.4: from the final dot on the server may have taken the message. */
  if (words != NULL && smtp_step_is_content_complete (step) && smtp_step_get_reply (step) == NULL)
    return g_strdup_printf ("%s %s", words, _("The message was already sent in full, so it may have been accepted all the same."));

  return g_steal_pointer (&words);
}

static char *
describe_lookup (SmtpStep *step)
{
  const char * const *addresses = smtp_step_get_addresses (step);
  guint n = addresses != NULL ? g_strv_length ((char **) addresses) : 0;
  g_autofree char *list = addresses != NULL ? g_strjoinv (", ", (char **) addresses) : NULL;

  if (list == NULL)
    return g_strdup_printf (_("Looking up %s"), smtp_step_get_target (step));

  return g_strdup_printf (ngettext ("Looked up %s: %s", "Looked up %s: %s (%u addresses)", n),
                          smtp_step_get_target (step), list, n);
}

static char *
describe_connect (SmtpStep *step)
{
  g_autofree char *endpoint = format_endpoint (step);

  if (smtp_step_get_local (step) == NULL)
    return g_strdup_printf (_("Connecting to %s"), endpoint);

  return g_strdup_printf (_("Connected to %s from %s"), endpoint, smtp_step_get_local (step));
}

/**
 * smtp_advice_for_step:
 * @step: a step
 *
 * The line of a step that is neither a command nor a reply: what a look-up found, where we are connected,
 * what failed.
 *
 * Returns: (transfer full) (nullable): the line, %NULL where there is nothing to say
 */
char *
smtp_advice_for_step (SmtpStep *step)
{
  char *failure = smtp_advice_for_failure (step);

  if (failure != NULL)
    return failure;

  switch (smtp_step_get_kind (step))
    {
    case SMTP_STEP_LOOKUP:
      return describe_lookup (step);
    case SMTP_STEP_CONNECT:
      return describe_connect (step);
    case SMTP_STEP_HANDSHAKE:
      return smtp_step_get_tls (step) != NULL ? smtp_tls_advice_describe (smtp_step_get_tls (step)) : NULL;
    case SMTP_STEP_CLOSE:
      return smtp_step_is_settled (step) ? g_strdup (_("Connection closed")) : NULL;
    case SMTP_STEP_SILENCE:
      return smtp_step_get_verdict (step) == SMTP_VERDICT_ACCEPTED ? describe_silence (step) : NULL;
    case SMTP_STEP_GREETING:
    case SMTP_STEP_COMMAND:
    case SMTP_STEP_CONTENT:
    case SMTP_STEP_UNASKED:
    default:
      return NULL;
    }
}

/**
 * smtp_advice_for_waiting:
 * @step: a step under way
 *
 * Returns: (transfer full): what is being waited for
 */
char *
smtp_advice_for_waiting (SmtpStep *step)
{
  g_autofree char *endpoint = NULL;

  switch (smtp_step_get_kind (step))
    {
    case SMTP_STEP_LOOKUP:
      return g_strdup_printf (_("Looking up %s"), smtp_step_get_target (step));
    case SMTP_STEP_CONNECT:
      endpoint = format_endpoint (step);
      return g_strdup_printf (_("Connecting to %s"), endpoint);
    case SMTP_STEP_HANDSHAKE:
      return g_strdup (_("Waiting for the TLS handshake"));
    case SMTP_STEP_GREETING:
      return g_strdup (_("Waiting for the greeting"));
    case SMTP_STEP_SILENCE:
      return g_strdup (_("Waiting whether the command in clear is answered"));
    case SMTP_STEP_CONTENT:
      return g_strdup (smtp_step_is_content_complete (step) ? _("Waiting for the reply to the message") : _("Sending the message"));
    case SMTP_STEP_CLOSE:
      return g_strdup (_("Closing the connection"));
    case SMTP_STEP_COMMAND:
    case SMTP_STEP_UNASKED:
    default:
      return g_strdup_printf (_("Waiting for the reply to %s"), smtp_verb_to_string (smtp_step_get_verb (step)));
    }
}

/**
 * smtp_advice_for_plan:
 * @plan: a plan
 *
 * Returns: (transfer full): what it is going to do, in a sentence, before it is done
 */
char *
smtp_advice_for_plan (SmtpPlan *plan)
{
  guint n = smtp_plan_get_n_recipients (plan);

  if (smtp_plan_get_check (plan) == SMTP_CHECK_INJECTION)
    return g_strdup (_("Tries whether a command in clear behind STARTTLS gets into the encrypted connection. No message is sent."));
  if (n == 0 && smtp_plan_get_stop_after (plan) >= SMTP_PHASE_RCPT)
    return g_strdup (smtp_plan_get_stop_after (plan) >= SMTP_PHASE_CONTENT ? _("Sends a message to the recipients you add.")
                                                                          : _("Asks about the recipients you add. No message is sent."));

  switch (smtp_plan_get_stop_after (plan))
    {
    case SMTP_PHASE_CONNECT:
      return g_strdup (_("Connects and hangs up. The server is not asked anything."));
    case SMTP_PHASE_GREETING:
      return g_strdup (_("Connects and reads the greeting. No message is sent."));
    case SMTP_PHASE_EHLO:
      return g_strdup (_("Connects, reads the greeting and what the server can do. No message is sent."));
    case SMTP_PHASE_STARTTLS:
      return g_strdup (smtp_plan_get_security (plan) == SMTP_SECURITY_NONE
                         ? _("Connects, reads the greeting and what the server can do. No message is sent.")
                         : _("Connects, begins encryption and reads what the server can do. No message is sent."));
    case SMTP_PHASE_MAIL:
      return g_strdup (_("Asks whether the server accepts the sender. No message is sent."));
    case SMTP_PHASE_RCPT:
      return g_strdup_printf (ngettext ("Asks about %u recipient. No message is sent.",
                                        "Asks about %u recipients. No message is sent.", n), n);
    case SMTP_PHASE_DATA:
      return g_strdup (_("Asks up to the permission to send (DATA), then hangs up. No message is sent."));
    case SMTP_PHASE_FINAL:
    case SMTP_PHASE_CONTENT:
      if (smtp_plan_get_message_file (plan) != NULL)
        return g_strdup_printf (ngettext ("Sends the message file to %u recipient.", "Sends the message file to %u recipients.", n), n);
      return g_strdup_printf (ngettext ("Sends a test message to %u recipient.", "Sends a test message to %u recipients.", n), n);
    case SMTP_PHASE_LOOKUP:
    case SMTP_PHASE_HANDSHAKE:
    case SMTP_PHASE_SILENCE:
    case SMTP_PHASE_RSET:
    case SMTP_PHASE_QUIT:
    case SMTP_PHASE_CLOSE:
    default:
      g_return_val_if_reached (NULL);
    }
}
