/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "diagnosis/smtp-tls-advice.h"

#include <glib/gi18n.h>
#include <string.h>

#define SECONDS_A_DAY 86400
#define MOST_NAMES    8

/* What a strict client does with each fault, and what to do about it. */
static const char *const fault_advice[SMTP_TLS_N_FAULTS] = {
  [SMTP_TLS_FAULT_NO_CERTIFICATE] = N_("Ask the server's administrator to install a certificate."),
  [SMTP_TLS_FAULT_MALFORMED] = N_("Ask the server's administrator to look at the file of certificates that the server sends."),
  [SMTP_TLS_FAULT_REVOKED] = N_("Do not trust this server. Its administrator must get a new certificate with a new key."),
  [SMTP_TLS_FAULT_NAME_MISMATCH] = N_("Use one of these names to connect, or ask the server's administrator for a certificate with the name you use."),
  [SMTP_TLS_FAULT_EXPIRED] = N_("Ask the server's administrator to renew the certificate, and to reload the mail server afterwards."),
  [SMTP_TLS_FAULT_NOT_YET_VALID] = N_("Check the clock of this machine. If it is right, the certificate was installed too early."),
  [SMTP_TLS_FAULT_SELF_SIGNED] = N_("If the certificate is meant to be so, give it as the CA file. Else the server's administrator needs one of a public authority."),
  [SMTP_TLS_FAULT_UNKNOWN_AUTHORITY] = N_("If it is your organisation's own authority, give its certificate as the CA file. Else do not trust this server."),
  [SMTP_TLS_FAULT_MISSING_INTERMEDIATE] = N_("The server's administrator must append the certificate of that authority to the file of the server's certificate."),
  [SMTP_TLS_FAULT_BAD_SIGNATURE] = N_("Do not trust this server. Its administrator should install certificate and chain anew."),
  [SMTP_TLS_FAULT_NOT_A_CA] = N_("Do not trust this server. Its administrator needs a certificate of a real authority."),
  [SMTP_TLS_FAULT_WRONG_PURPOSE] = N_("Ask the server's administrator for a certificate made for TLS servers."),
  [SMTP_TLS_FAULT_CONSTRAINTS] = N_("Its authority may not issue such a certificate: the server's administrator needs another one."),
  [SMTP_TLS_FAULT_WEAK_KEY] = N_("Ask the server's administrator for a certificate with an ECDSA P-256 key or an RSA key of 2048 bits or more."),
  [SMTP_TLS_FAULT_WEAK_SIGNATURE] = N_("Ask the server's administrator for a certificate signed with SHA-256 or better."),
  [SMTP_TLS_FAULT_WRONG_ORDER] = N_("The server's administrator should put the file in order: first the server's certificate, then each one's issuer."),
  [SMTP_TLS_FAULT_STAPLE_MISSING] = N_("The server's administrator must turn OCSP stapling on, or get a certificate that does not demand it."),
  [SMTP_TLS_FAULT_STAPLE_INVALID] = N_("The server's administrator should look at how the server fetches OCSP answers."),
  [SMTP_TLS_FAULT_TOO_MANY] = N_("The server's administrator should send only what leads to the authority."),
  [SMTP_TLS_FAULT_OTHER] = N_("Give this transcript to the server's administrator."),
};

/* Alerts by their names in RFC 8446 section 6, with what they mean when a mail server sends them. */
static const struct
{
  const char *name;
  const char *words;
  const char *next;
} alerts[] = {
  { "handshake_failure", N_("The server found no protocol version, cipher suite or certificate that both sides would use, or it wants a client certificate."),
    N_("Try without limits on version and priority. If that is how it was, the server may be too old, or want a client certificate.") },
  { "protocol_version", N_("The server does not speak any of the TLS versions offered."),
    N_("Allow more TLS versions. A server that speaks nothing from TLS 1.2 on needs an update.") },
  { "insufficient_security", N_("The server wants stronger encryption than was offered."), N_("Try without a priority string.") },
  { "internal_error", N_("The server failed inside: the fault is on its side, whatever was offered."),
    N_("Give this transcript to the server's administrator: the server's log says more. Debian 12's OpenSMTPD, for one, does this at every handshake.") },
  { "unrecognized_name", N_("The server has no certificate for the name that was asked for (SNI)."), N_("Send another server name, or none.") },
  { "certificate_required", N_("The server wants a client certificate and got none."), N_("Give a client certificate and its key.") },
  { "no_certificate", N_("The server wants a client certificate and got none."), N_("Give a client certificate and its key.") },
  { "bad_certificate", N_("The server does not accept the client certificate."), N_("Ask the server's administrator which client certificates are accepted.") },
  { "unsupported_certificate", N_("The server does not take client certificates of this kind."), N_("Ask the server's administrator which client certificates are accepted.") },
  { "certificate_revoked", N_("The server says that the client certificate was revoked."), N_("Get a new client certificate.") },
  { "certificate_expired", N_("The server says that the client certificate has expired."), N_("Get a new client certificate.") },
  { "certificate_unknown", N_("The server does not accept the client certificate."), N_("Ask the server's administrator which client certificates are accepted.") },
  { "unknown_ca", N_("The server does not know the authority of the client certificate."), N_("Ask the server's administrator which authorities are accepted, and send the intermediate certificates along.") },
  { "access_denied", N_("The server took the client certificate but grants no access with it."), N_("Ask the server's administrator for access.") },
  { "no_application_protocol", N_("The server expects another application protocol on this port."), N_("Check the port: this may not be a mail server.") },
  { "unexpected_message", N_("The server did not expect what it got. It may not have begun TLS at all."), N_("Check whether this port begins with TLS or in clear.") },
  { "decode_error", N_("The server could not decode what it got."), N_("Something in between may have changed it. Give this transcript to the server's administrator.") },
  { "record_overflow", N_("The server got a record longer than it takes."), N_("Something in between may have changed it. Give this transcript to the server's administrator.") },
  { "bad_record_mac", N_("The server got bytes that were changed on their way."), N_("Something in between may have changed them: a faulty network device, or an attack.") },
  { "decrypt_error", N_("The server could not verify a signature or decrypt what it got."), N_("Something in between may have changed it. Give this transcript to the server's administrator.") },
  { "illegal_parameter", N_("The server got a value that TLS does not allow."), N_("Try another priority string or TLS version.") },
  { "inappropriate_fallback", N_("The server speaks a newer TLS version than was offered and suspects a downgrade."), N_("Try without a highest version.") },
  { "missing_extension", N_("The server misses something in what was offered."), N_("Try without a priority string.") },
  { "unsupported_extension", N_("The server got something that it had not asked for."), N_("Give this transcript to the server's administrator.") },
  { "user_canceled", N_("The server broke the handshake off."), N_("Try again later.") },
};

/**
 * smtp_tls_advice_format_date:
 * @unix_time: seconds since 1970
 *
 * Returns: (transfer full): the point in time, as in certificates: UTC
 */
char *
smtp_tls_advice_format_date (gint64 unix_time)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (unix_time);

  return date != NULL ? g_date_time_format (date, "%Y-%m-%d %H:%M UTC") : g_strdup ("?");
}

static int
count_days (gint64 from,
            gint64 to)
{
  gint64 days = (to - from) / SECONDS_A_DAY;

  return (int) CLAMP (days, 0, G_MAXINT);
}

/**
 * smtp_tls_advice_format_validity:
 * @certificate: a certificate
 * @now: seconds since 1970
 *
 * Returns: (transfer full): from when until when it is valid, and how many days are left
 */
char *
smtp_tls_advice_format_validity (const SmtpCertificate *certificate,
                                 gint64                 now)
{
  g_autofree char *from = smtp_tls_advice_format_date (certificate->not_before);
  g_autofree char *until = smtp_tls_advice_format_date (certificate->not_after);
  int days;

  if (now > certificate->not_after)
    {
      days = count_days (certificate->not_after, now);
      return g_strdup_printf (ngettext ("%s to %s (expired %d day ago)", "%s to %s (expired %d days ago)", (gulong) days), from, until, days);
    }

  days = count_days (now, certificate->not_after);

  return g_strdup_printf (ngettext ("%s to %s (%d day left)", "%s to %s (%d days left)", (gulong) days), from, until, days);
}

static char *
list_names (const SmtpCertificate *certificate)
{
  GString *list = g_string_new (NULL);
  guint n = certificate->names != NULL ? g_strv_length (certificate->names) : 0;

  if (n == 0)
    g_string_append (list, certificate->subject != NULL ? certificate->subject : "?");

  for (guint i = 0; i < MIN (n, MOST_NAMES); i++)
    {
      const char *name = certificate->names[i];

      g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", g_str_has_prefix (name, "DNS:") ? name + 4 : name);
    }
  if (n > MOST_NAMES)
    {
      g_string_append (list, ", ");
      g_string_append_printf (list, ngettext ("and %u more", "and %u more", n - MOST_NAMES), n - MOST_NAMES);
    }

  return g_string_free (list, FALSE);
}

/* Of which certificate a fault speaks: the server's, or one behind it. */
static char *
name_certificate (SmtpTlsInfo        *tls,
                  const SmtpTlsFault *fault)
{
  SmtpCertificate *certificate;

  if (fault->certificate <= 0 || (guint) fault->certificate >= tls->chain->len)
    return g_strdup (_("The server's certificate"));

  certificate = tls->chain->pdata[fault->certificate];

  return g_strdup_printf (_("Certificate %d of the chain (%s)"), fault->certificate + 1,
                          certificate->subject != NULL ? certificate->subject : "?");
}

static SmtpCertificate *
find_certificate (SmtpTlsInfo        *tls,
                  const SmtpTlsFault *fault)
{
  return fault->certificate >= 0 && (guint) fault->certificate < tls->chain->len ? tls->chain->pdata[fault->certificate]
                                                                                 : NULL;
}

static char *
describe_dates (SmtpTlsInfo        *tls,
                const SmtpTlsFault *fault,
                const char         *which)
{
  SmtpCertificate *certificate = find_certificate (tls, fault);
  g_autofree char *date = NULL;
  int days;

  if (certificate == NULL)
    {
      /* The end of the chain that is trusted, which was not sent. */
      const char *subject = fault->detail != NULL ? fault->detail : "?";

      return g_strdup_printf (fault->id == SMTP_TLS_FAULT_EXPIRED ? _("The certificate of the authority %s has expired.")
                                                                  : _("The certificate of the authority %s is not valid yet."),
                              subject);
    }

  if (fault->id == SMTP_TLS_FAULT_NOT_YET_VALID)
    {
      date = smtp_tls_advice_format_date (certificate->not_before);
      return g_strdup_printf (_("%s is not valid before %s."), which, date);
    }

  date = smtp_tls_advice_format_date (certificate->not_after);
  days = count_days (certificate->not_after, tls->now);

  return g_strdup_printf (ngettext ("%s expired on %s, %d day ago.", "%s expired on %s, %d days ago.", (gulong) days), which, date, days);
}

/**
 * smtp_tls_advice_for_fault:
 * @tls: what a handshake showed
 * @fault: one of its faults
 *
 * Returns: (transfer full): what is wrong, in a sentence
 */
char *
smtp_tls_advice_for_fault (SmtpTlsInfo        *tls,
                           const SmtpTlsFault *fault)
{
  SmtpCertificate *certificate = find_certificate (tls, fault);
  const char *detail = fault->detail != NULL ? fault->detail : "?";
  g_autofree char *which = name_certificate (tls, fault);
  g_autofree char *names = NULL;

  switch (fault->id)
    {
    case SMTP_TLS_FAULT_NO_CERTIFICATE:
      return g_strdup (_("The server sent no certificate, so it could be anybody."));
    case SMTP_TLS_FAULT_MALFORMED:
      return g_strdup_printf (_("%s cannot be decoded: %s."), which, detail);
    case SMTP_TLS_FAULT_REVOKED:
      return g_strdup_printf (_("%s was revoked by its authority on %s."), which, detail);
    case SMTP_TLS_FAULT_NAME_MISMATCH:
      names = certificate != NULL ? list_names (certificate) : g_strdup ("?");
      return g_strdup_printf (_("The certificate is not for %s. These names are in it: %s."), detail, names);
    case SMTP_TLS_FAULT_EXPIRED:
    case SMTP_TLS_FAULT_NOT_YET_VALID:
      return describe_dates (tls, fault, which);
    case SMTP_TLS_FAULT_SELF_SIGNED:
      return g_strdup_printf (_("%s is signed by itself: no authority vouches for it."), which);
    case SMTP_TLS_FAULT_UNKNOWN_AUTHORITY:
      return g_strdup_printf (_("The chain ends at an authority that is not trusted here: %s."), detail);
    case SMTP_TLS_FAULT_MISSING_INTERMEDIATE:
      return g_strdup_printf (_("The chain is not complete: the certificate of the authority %s was not sent and is not known here."), detail);
    case SMTP_TLS_FAULT_BAD_SIGNATURE:
      return g_strdup_printf (_("%s was not signed by the authority that it names."), which);
    case SMTP_TLS_FAULT_NOT_A_CA:
      return g_strdup_printf (_("%s was signed by %s, which may not sign certificates."), which, detail);
    case SMTP_TLS_FAULT_WRONG_PURPOSE:
      return g_strdup_printf (_("%s was not made for TLS servers, but for: %s."), which, detail);
    case SMTP_TLS_FAULT_CONSTRAINTS:
      return g_strdup_printf (_("%s breaks a limit that an authority above it is under: %s."), which, detail);
    case SMTP_TLS_FAULT_WEAK_KEY:
      return g_strdup_printf (_("%s has a weak key: %s."), which, detail);
    case SMTP_TLS_FAULT_WEAK_SIGNATURE:
      return g_strdup_printf (_("%s is signed with a weak algorithm: %s."), which, detail);
    case SMTP_TLS_FAULT_WRONG_ORDER:
      return g_strdup_printf (_("The certificates were not sent as they should be, each followed by its issuer (%s). Some clients cannot cope with that."), detail);
    case SMTP_TLS_FAULT_STAPLE_MISSING:
      return g_strdup_printf (_("%s demands a stapled OCSP answer, and the server sent none."), which);
    case SMTP_TLS_FAULT_STAPLE_INVALID:
      return g_strdup_printf (_("The stapled OCSP answer cannot be relied on: %s."), detail);
    case SMTP_TLS_FAULT_TOO_MANY:
      return g_strdup_printf (_("The server sent %s certificates, more than are looked at."), detail);
    case SMTP_TLS_FAULT_OTHER:
    default:
      return g_strdup_printf (_("%s is not accepted: %s."), which, detail);
    }
}

/**
 * smtp_tls_advice_for_fault_next:
 * @id: a kind of fault
 *
 * Returns: (transfer none): what to do about it
 */
const char *
smtp_tls_advice_for_fault_next (SmtpTlsFaultId id)
{
  g_return_val_if_fail (id < SMTP_TLS_N_FAULTS, NULL);

  return _(fault_advice[id]);
}

/**
 * smtp_tls_advice_for_strict:
 * @tls: what a handshake showed
 *
 * Returns: (transfer full) (nullable): what a client that insists on a good certificate would have done, and
 *   why; %NULL if it would have gone on
 */
char *
smtp_tls_advice_for_strict (SmtpTlsInfo *tls)
{
  const SmtpTlsFault *fault = smtp_tls_info_get_rejection (tls);
  g_autofree char *why = NULL;

  if (fault == NULL)
    return NULL;

  why = smtp_tls_advice_for_fault (tls, fault);

  return g_strdup_printf (_("A strict client would have hung up: %s"), why);
}

/**
 * smtp_tls_advice_describe:
 * @tls: what a handshake showed
 *
 * Returns: (transfer full): it in a line
 */
char *
smtp_tls_advice_describe (SmtpTlsInfo *tls)
{
  GString *line = g_string_new (NULL);
  guint n = tls->faults->len;

  g_string_append_printf (line, _("Encrypted with %s, %s"), tls->version != NULL ? tls->version : "?",
                          tls->cipher != NULL ? tls->cipher : "?");
  if (tls->group != NULL)
    g_string_append_printf (line, ", %s", tls->group);
  g_string_append (line, ". ");
  if (n == 0)
    {
      g_string_append (line, _("The certificate is good."));
    }
  else
    {
      g_autofree char *worst = smtp_tls_advice_for_fault (tls, tls->faults->pdata[0]);

      g_string_append (line, worst);
      if (n > 1)
        {
          g_string_append_c (line, ' ');
          g_string_append_printf (line, ngettext ("And %u more fault.", "And %u more faults.", n - 1), n - 1);
        }
    }

  return g_string_free (line, FALSE);
}

static gsize
find_alert (const char *alert)
{
  gsize length = strcspn (alert, " ");

  for (gsize i = 0; i < G_N_ELEMENTS (alerts); i++)
    {
      if (strlen (alerts[i].name) == length && strncmp (alerts[i].name, alert, length) == 0)
        return i;
    }

  return G_N_ELEMENTS (alerts);
}

/**
 * smtp_tls_advice_for_alert_next:
 * @alert: the alert's name in RFC 8446 section 6, possibly with its number behind
 *
 * Returns: (transfer none): what to do about it
 */
const char *
smtp_tls_advice_for_alert_next (const char *alert)
{
  gsize index = find_alert (alert);

  return index < G_N_ELEMENTS (alerts) ? _(alerts[index].next) : _("Give this transcript to the server's administrator.");
}

static char *
describe_alert (SmtpStep *step)
{
  const char *alert = smtp_step_get_detail (step) != NULL ? smtp_step_get_detail (step) : "?";
  gsize index = find_alert (alert);
  g_autofree char *ended = g_strdup_printf (_("The server ended TLS with the alert %s."), alert);

  if (index == G_N_ELEMENTS (alerts))
    return g_steal_pointer (&ended);

  return g_strdup_printf ("%s %s", ended, _(alerts[index].words));
}

static char *
describe_certificate_failure (SmtpStep *step)
{
  SmtpTlsInfo *tls = smtp_step_get_tls (step);
  const SmtpTlsFault *fault = tls != NULL ? smtp_tls_info_get_rejection (tls) : NULL;
  g_autofree char *why = NULL;

  if (fault == NULL)
    return NULL;

  why = smtp_tls_advice_for_fault (tls, fault);

  return g_strdup_printf (_("Ended because of the certificate, as asked. %s"), why);
}

/**
 * smtp_tls_advice_for_failure:
 * @step: a settled step
 *
 * Returns: (transfer full) (nullable): what went wrong with encryption, in a sentence or two; %NULL if
 *   something else did
 */
char *
smtp_tls_advice_for_failure (SmtpStep *step)
{
  switch ((int) smtp_step_get_failure (step))
    {
    case SMTP_FAILURE_NO_STARTTLS:
      return g_strdup (_("Encryption was demanded, but the server does not offer STARTTLS here. Nothing further was sent."));
    case SMTP_FAILURE_COMMAND_INJECTION:
      return g_strdup (_("A command that was sent in clear behind STARTTLS was carried out inside TLS. Somebody in between can put commands in front of what a client says encrypted, and get at mail or passwords (CVE-2011-0411)."));
    case SMTP_FAILURE_INJECTION:
      return g_strdup (_("Text in clear came behind the reply to STARTTLS, where no server may send any. Somebody in between may be putting words into the server's mouth (response injection), or the server is faulty. None of it was believed."));
    case SMTP_FAILURE_PLAIN_TEXT:
      return smtp_step_get_reply (step) != NULL && smtp_reply_get_code (smtp_step_get_reply (step)) != 0
               ? g_strdup (_("TLS was begun, but the server answers in clear text: this port does not begin with TLS. Use STARTTLS here, or try port 465."))
               : g_strdup (_("TLS was begun, but what came back is not TLS. This port does not begin with TLS, or something else than a mail server listens on it."));
    case SMTP_FAILURE_TLS_ALERT:
      return describe_alert (step);
    case SMTP_FAILURE_TLS:
      return g_strdup_printf (_("TLS failed: %s"), smtp_step_get_detail (step) != NULL ? smtp_step_get_detail (step) : "?");
    case SMTP_FAILURE_TRUNCATED:
      return g_strdup (_("The connection ended without TLS's own good-bye (close_notify): the server broke off, or something in between cut it."));
    case SMTP_FAILURE_CERTIFICATE:
      return describe_certificate_failure (step);
    case SMTP_FAILURE_CLOSED:
      return smtp_step_get_kind (step) == SMTP_STEP_HANDSHAKE ? g_strdup (_("The server closed the connection in the middle of the TLS handshake.")) : NULL;
    default:
      return NULL;
    }
}

/**
 * smtp_tls_advice_ocsp_words:
 * @status: what a stapled answer says
 *
 * Returns: (transfer none): it in words
 */
const char *
smtp_tls_advice_ocsp_words (SmtpOcspStatus status)
{
  static const char *const words[] = {
    [SMTP_OCSP_NONE] = N_("No answer stapled"),         [SMTP_OCSP_GOOD] = N_("Good"),
    [SMTP_OCSP_REVOKED] = N_("Revoked"),                [SMTP_OCSP_UNKNOWN] = N_("Not known to the authority"),
    [SMTP_OCSP_INVALID] = N_("Answer not to be relied on"),
  };

  g_return_val_if_fail (status < G_N_ELEMENTS (words), NULL);

  return _(words[status]);
}
