/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "diagnosis/smtp-failures.h"

#include <glib/gi18n.h>

#include "diagnosis/smtp-tls-advice.h"

static const SmtpFailureMeaning meanings[] = {
  { SMTP_FAILURE_NO_SUCH_NAME, SMTP_OUTCOME_UNREACHABLE, "name-not-found", N_("There is no such host"), N_("Check the spelling of the host, or enter its IP address.") },
  { SMTP_FAILURE_LOOKUP, SMTP_OUTCOME_UNREACHABLE, "lookup-failed", N_("The host name could not be looked up"), N_("Check this machine's network and name service, or enter an IP address.") },
  { SMTP_FAILURE_CONNECTION_REFUSED, SMTP_OUTCOME_UNREACHABLE, "connection-refused", N_("Nobody listens there"), N_("Check the port. If it is right, the mail service is not running, or a firewall refuses.") },
  { SMTP_FAILURE_UNREACHABLE, SMTP_OUTCOME_UNREACHABLE, "host-unreachable", N_("The server cannot be reached"), N_("Check this machine's network and the way to the server.") },
  { SMTP_FAILURE_CLOSED, SMTP_OUTCOME_BROKEN, "connection-closed", N_("The server hung up"), N_("Try again. If it stays, ask the server's administrator; a firewall or a block list may be the cause.") },
  { SMTP_FAILURE_RESET, SMTP_OUTCOME_BROKEN, "connection-reset", N_("The connection was cut off"), N_("Try again. If it stays, look for a firewall in between, and ask the server's administrator.") },
  { SMTP_FAILURE_CANCELLED, SMTP_OUTCOME_NOT_TESTABLE, "cancelled", N_("Stopped"), NULL },
  { SMTP_FAILURE_NOT_SMTP, SMTP_OUTCOME_BROKEN, "greeting-not-smtp", N_("This is not a mail server"), N_("Check host and port.") },
  { SMTP_FAILURE_TLS_BYTES, SMTP_OUTCOME_BROKEN, "tls-on-plain-port", N_("This port wants encryption"), N_("Try port 25 or 587.") },
  { SMTP_FAILURE_OUT_OF_STEP, SMTP_OUTCOME_BROKEN, "out-of-step", N_("The server does not keep to the protocol"), N_("Give this transcript to the server's administrator. A faulty proxy in between is another possible cause.") },
  { SMTP_FAILURE_REPLY_TOO_LARGE, SMTP_OUTCOME_BROKEN, "reply-too-large", N_("The server does not stop talking"), N_("Give this transcript to the server's administrator.") },
  { SMTP_FAILURE_NO_STARTTLS, SMTP_OUTCOME_BROKEN, "starttls-not-offered", N_("The server offers no encryption"), N_("Try port 465 with TLS on connect. If the server offers STARTTLS elsewhere, a firewall in between may be removing the offer.") },
  { SMTP_FAILURE_COMMAND_INJECTION, SMTP_OUTCOME_BROKEN, "starttls-command-injection", N_("Commands in clear get into the encrypted connection"), N_("Update the mail server's software: the fault (CVE-2011-0411) has long been mended in all of them.") },
  { SMTP_FAILURE_INJECTION, SMTP_OUTCOME_BROKEN, "response-injection", N_("Text in clear was slipped in before TLS"), N_("Do not use this connection for passwords. Try from another network, and give this transcript to the server's administrator.") },
  { SMTP_FAILURE_PLAIN_TEXT, SMTP_OUTCOME_BROKEN, "plain-text-on-tls", N_("This port does not begin with TLS"), N_("Use STARTTLS on this port, or TLS on connect on port 465.") },
  { SMTP_FAILURE_TLS_ALERT, SMTP_OUTCOME_BROKEN, "tls-alert", N_("The server ended the encryption"), NULL },
  { SMTP_FAILURE_TLS, SMTP_OUTCOME_BROKEN, "tls-failed", N_("Encryption failed"), N_("Try other TLS versions or priorities, and give this transcript to the server's administrator.") },
  { SMTP_FAILURE_TRUNCATED, SMTP_OUTCOME_BROKEN, "connection-truncated", N_("The encrypted connection was cut off"), N_("Try again. If it stays, look for a firewall in between, and ask the server's administrator.") },
  { SMTP_FAILURE_CERTIFICATE, SMTP_OUTCOME_BROKEN, "certificate-rejected", N_("The certificate is not good"), NULL },
  { SMTP_FAILURE_FILE, SMTP_OUTCOME_NOT_TESTABLE, "file-unreadable", N_("The message file cannot be read"), N_("Check the file and its permissions.") },
  { SMTP_FAILURE_IO, SMTP_OUTCOME_BROKEN, "connection-failed", N_("The connection failed"), N_("Check this machine's network.") },
};

/* Not SMTP any more, after it was. */
static const SmtpFailureMeaning reply_not_smtp = {
  SMTP_FAILURE_NOT_SMTP, SMTP_OUTCOME_BROKEN, "reply-not-smtp", N_("The server does not keep to the protocol"), N_("Check host and port."),
};

/**
 * smtp_failure_get_meaning:
 * @step: a step that failed, other than by a time-out
 *
 * Returns: (transfer none): what that means for the run
 */
const SmtpFailureMeaning *
smtp_failure_get_meaning (SmtpStep *step)
{
  SmtpFailure failure = smtp_step_get_failure (step);

  if (failure == SMTP_FAILURE_NOT_SMTP && smtp_step_get_kind (step) != SMTP_STEP_GREETING)
    return &reply_not_smtp;

  for (gsize i = 0; i < G_N_ELEMENTS (meanings); i++)
    {
      if (meanings[i].failure == failure)
        return &meanings[i];
    }

  return &meanings[G_N_ELEMENTS (meanings) - 1];
}

/**
 * smtp_failure_get_next:
 * @step: a step that failed, other than by a time-out
 *
 * Returns: (transfer none) (nullable): what to do about it, translated
 */
const char *
smtp_failure_get_next (SmtpStep *step)
{
  const SmtpFailureMeaning *meaning = smtp_failure_get_meaning (step);
  SmtpTlsInfo *tls = smtp_step_get_tls (step);
  const SmtpTlsFault *fault = tls != NULL ? smtp_tls_info_get_rejection (tls) : NULL;

  if (meaning->failure == SMTP_FAILURE_TLS_ALERT)
    return smtp_tls_advice_for_alert_next (smtp_step_get_detail (step) != NULL ? smtp_step_get_detail (step) : "");
  if (meaning->failure == SMTP_FAILURE_CERTIFICATE && fault != NULL)
    return smtp_tls_advice_for_fault_next (fault->id);

  return meaning->next != NULL ? _(meaning->next) : NULL;
}
