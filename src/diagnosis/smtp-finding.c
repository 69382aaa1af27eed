/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "diagnosis/smtp-finding.h"

#include <glib/gi18n.h>
#include <string.h>

#include "diagnosis/smtp-explanation.h"
#include "diagnosis/smtp-failures.h"
#include "diagnosis/smtp-tls-advice.h"
#include "protocol/smtp-extensions.h"

#define SOON_DAYS  21
#define A_DAY      86400
#define SMALL_DH   2048  /* bits */

typedef struct
{
  SmtpPlan       *plan;
  SmtpTranscript *transcript;
  GPtrArray      *findings;
} Search;

static void
finding_free (gpointer data)
{
  SmtpFinding *finding = data;

  g_free (finding->text);
  g_free (finding->advice);
  g_array_unref (finding->steps);
  g_free (finding);
}

/* Takes @text over. */
static SmtpFinding *
add (Search       *search,
     const char   *id,
     SmtpSeverity  severity,
     char         *text,
     const char   *advice)
{
  SmtpFinding *finding = g_new0 (SmtpFinding, 1);

  finding->id = id;
  finding->severity = severity;
  finding->text = text;
  finding->advice = g_strdup (advice);
  finding->steps = g_array_new (FALSE, FALSE, sizeof (guint));
  g_ptr_array_add (search->findings, finding);

  return finding;
}

static void
rest_on (Search      *search,
         SmtpFinding *finding,
         SmtpStep    *step)
{
  for (guint i = 0; i < smtp_transcript_get_n_steps (search->transcript); i++)
    {
      if (smtp_transcript_get_step (search->transcript, i) == step)
        g_array_append_val (finding->steps, i);
    }
}

/* What is wrong with replies, each kind once with the steps it was seen in. */
static void
find_flaws (Search *search)
{
  guint n_steps = smtp_transcript_get_n_steps (search->transcript);
  SmtpFinding *found[SMTP_REPLY_N_FLAWS] = { NULL, };

  for (guint i = 0; i < n_steps; i++)
    {
      SmtpReply *reply = smtp_step_get_reply (smtp_transcript_get_step (search->transcript, i));
      SmtpReplyFlaws flaws = reply != NULL ? smtp_reply_get_flaws (reply) : 0;

      for (int bit = 0; flaws != 0 && bit < SMTP_REPLY_N_FLAWS; bit++)
        {
          SmtpReplyFlaws flaw = 1u << bit;

          if ((flaws & flaw) == 0)
            continue;
          if (found[bit] == NULL)
            found[bit] = add (search, smtp_reply_flaw_to_id (flaw),
                              flaw == SMTP_REPLY_FLAW_EIGHT_BIT ? SMTP_SEVERITY_INFO : SMTP_SEVERITY_WARNING,
                              g_strdup (smtp_explanation_flaw (flaw)), smtp_explanation_flaw_advice (flaw));
          g_array_append_val (found[bit]->steps, i);
        }
    }
}

static void
find_certificate_faults (Search   *search,
                         SmtpStep *step)
{
  SmtpTlsInfo *tls = smtp_step_get_tls (step);

  for (guint i = 0; i < tls->faults->len; i++)
    {
      const SmtpTlsFault *fault = tls->faults->pdata[i];

      rest_on (search,
               add (search, smtp_tls_fault_to_id (fault->id),
                    smtp_tls_fault_is_tolerated (fault->id) ? SMTP_SEVERITY_WARNING : SMTP_SEVERITY_ERROR,
                    smtp_tls_advice_for_fault (tls, fault), smtp_tls_advice_for_fault_next (fault->id)),
               step);
    }
}

static void
find_expiry (Search   *search,
             SmtpStep *step)
{
  SmtpTlsInfo *tls = smtp_step_get_tls (step);

  for (guint i = 0; i < tls->chain->len; i++)
    {
      SmtpCertificate *certificate = tls->chain->pdata[i];
      int days = (int) CLAMP ((certificate->not_after - tls->now) / A_DAY, -1, G_MAXINT);
      g_autofree char *date = NULL;

      if (certificate->malformed != NULL || certificate->not_after < tls->now || days > SOON_DAYS)
        continue;

      date = smtp_tls_advice_format_date (certificate->not_after);
      rest_on (search,
               add (search, "expires-soon", SMTP_SEVERITY_WARNING,
                    g_strdup_printf (ngettext ("Certificate %u of the chain expires in %d day, on %s.",
                                               "Certificate %u of the chain expires in %d days, on %s.", (gulong) days), i + 1, days, date),
                    _("Ask the server's administrator whether it is renewed by then.")),
               step);
    }
}

static void
find_session_facts (Search   *search,
                    SmtpStep *step)
{
  SmtpTlsInfo *tls = smtp_step_get_tls (step);
  gboolean is_old = g_strcmp0 (tls->version, "TLS1.3") != 0 && g_strcmp0 (tls->version, "TLS1.2") != 0;

  if (tls->faults->len == 0)
    rest_on (search, add (search, "encrypted", SMTP_SEVERITY_GOOD, smtp_tls_advice_describe (tls), NULL), step);
  if (is_old)
    rest_on (search,
             add (search, "old-tls-version", SMTP_SEVERITY_WARNING,
                  g_strdup_printf (_("The server speaks %s, which is no longer to be used (RFC 8996)."), tls->version),
                  _("The server's administrator should turn TLS 1.2 and 1.3 on.")),
             step);
  if (tls->key_exchange != NULL && strcmp (tls->key_exchange, "RSA") == 0)
    rest_on (search,
             add (search, "no-forward-secrecy", SMTP_SEVERITY_WARNING,
                  g_strdup (_("Who gets the server's key later can read this connection: there was no forward secrecy.")),
                  _("The server's administrator should prefer cipher suites with ECDHE.")),
             step);
  if (tls->group_bits > 0 && tls->group_bits < SMALL_DH && tls->key_exchange != NULL &&
      g_str_has_prefix (tls->key_exchange, "DHE"))
    rest_on (search,
             add (search, "weak-key-exchange", SMTP_SEVERITY_WARNING,
                  g_strdup_printf (_("The key exchange uses a group of %u bits; less than 2048 is weak."), tls->group_bits),
                  _("The server's administrator should prefer cipher suites with ECDHE.")),
             step);
  if (!tls->safe_renegotiation)
    rest_on (search,
             add (search, "no-safe-renegotiation", SMTP_SEVERITY_WARNING,
                  g_strdup (_("The server does not know safe renegotiation (RFC 5746).")), _("The server needs an update.")),
             step);
  if (!tls->extended_master_secret)
    rest_on (search,
             add (search, "no-extended-master-secret", SMTP_SEVERITY_INFO,
                  g_strdup (_("The server does not bind its keys to the whole handshake (RFC 7627).")), NULL),
             step);
  if (tls->client_certificate_asked && !tls->client_certificate_sent)
    rest_on (search,
             add (search, "client-certificate-asked", SMTP_SEVERITY_INFO,
                  g_strdup (_("The server asked for a client certificate; none was given.")), NULL),
             step);
}

static SmtpExtensions *
get_extensions (SmtpStep *hello)
{
  return hello != NULL ? smtp_extensions_new (smtp_step_get_reply (hello)) : NULL;
}

/* The keywords of one that the other lacks; STARTTLS has no business inside TLS. (nullable) */
static char *
list_missing (SmtpExtensions *of,
              SmtpExtensions *in)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < smtp_extensions_get_n (of); i++)
    {
      const char *keyword = smtp_extensions_get_keyword (of, i);

      if (g_ascii_strcasecmp (keyword, "STARTTLS") != 0 && smtp_extensions_lookup (in, keyword) == NULL)
        g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", keyword);
    }

  return g_string_free (list, list->len == 0);
}

/* RFC 3207 section 4.2: only what is said inside TLS counts. That it differs is normal, and good to know. */
static void
compare_capabilities (Search         *search,
                      SmtpStep       *hello,
                      SmtpExtensions *before,
                      SmtpExtensions *inside)
{
  g_autofree char *gone = list_missing (before, inside);
  g_autofree char *new = list_missing (inside, before);
  g_autoptr (GString) text = g_string_new (NULL);

  if (gone == NULL && new == NULL)
    return;

  if (new != NULL)
    g_string_append_printf (text, _("Offered only inside TLS: %s."), new);
  if (gone != NULL)
    {
      g_string_append (text, text->len > 0 ? " " : "");
      g_string_append_printf (text, _("No longer offered inside TLS: %s."), gone);
    }
  rest_on (search, add (search, "capabilities-changed", SMTP_SEVERITY_INFO, g_strdup (text->str), NULL), hello);
}

static void
find_offers (Search *search)
{
  SmtpStep *clear = smtp_findings_get_hello (search->transcript, FALSE);
  SmtpStep *secure = smtp_findings_get_hello (search->transcript, TRUE);
  g_autoptr (SmtpExtensions) before = get_extensions (clear);
  g_autoptr (SmtpExtensions) inside = get_extensions (secure);
  SmtpSecurity security = smtp_plan_get_security (search->plan);

  if (before != NULL && (smtp_extensions_lookup (before, "AUTH") != NULL))
    rest_on (search,
             add (search, "auth-in-clear", SMTP_SEVERITY_WARNING,
                  g_strdup (_("The server offers to take passwords before the connection is encrypted.")),
                  _("The server's administrator should offer AUTH only inside TLS.")),
             clear);
  if (before != NULL && secure == NULL && security == SMTP_SECURITY_STARTTLS &&
      smtp_extensions_lookup (before, "STARTTLS") == NULL && smtp_plan_get_stop_after (search->plan) > SMTP_PHASE_EHLO)
    rest_on (search,
             add (search, "starttls-not-offered", SMTP_SEVERITY_WARNING,
                  g_strdup (_("The server does not offer STARTTLS: everything went in clear.")),
                  _("If the server offers it elsewhere, a firewall in between may be removing the offer.")),
             clear);
  if (inside != NULL && smtp_extensions_lookup (inside, "STARTTLS") != NULL)
    rest_on (search,
             add (search, "starttls-inside-tls", SMTP_SEVERITY_WARNING,
                  g_strdup (_("The server offers STARTTLS although the connection is encrypted already (RFC 3207 section 4.2).")),
                  _("Give this transcript to the server's administrator.")),
             secure);
  if (before != NULL && inside != NULL)
    compare_capabilities (search, secure, before, inside);
}

static void
find_injection (Search *search)
{
  for (guint i = 0; i < smtp_transcript_get_n_steps (search->transcript); i++)
    {
      SmtpStep *step = smtp_transcript_get_step (search->transcript, i);

      if (smtp_step_get_failure (step) == SMTP_FAILURE_COMMAND_INJECTION)
        rest_on (search,
                 add (search, "starttls-command-injection", SMTP_SEVERITY_ERROR, smtp_tls_advice_for_failure (step),
                      _(smtp_failure_get_meaning (step)->next)),
                 step);
    }
}

/**
 * smtp_findings_get_hello:
 * @transcript: a transcript
 * @secure: whether the one inside TLS is wanted
 *
 * Returns: (transfer none) (nullable): the last EHLO there that was accepted
 */
SmtpStep *
smtp_findings_get_hello (SmtpTranscript *transcript,
                         gboolean        secure)
{
  for (guint i = smtp_transcript_get_n_steps (transcript); i-- > 0;)
    {
      SmtpStep *step = smtp_transcript_get_step (transcript, i);

      if (smtp_step_get_verb (step) == SMTP_VERB_EHLO && smtp_step_get_verdict (step) == SMTP_VERDICT_ACCEPTED &&
          smtp_step_is_secure (step) == secure)
        return step;
    }

  return NULL;
}

/**
 * smtp_findings_get_handshake:
 * @transcript: a transcript
 *
 * Returns: (transfer none) (nullable): the last handshake that came to its end
 */
SmtpStep *
smtp_findings_get_handshake (SmtpTranscript *transcript)
{
  for (guint i = smtp_transcript_get_n_steps (transcript); i-- > 0;)
    {
      SmtpStep *step = smtp_transcript_get_step (transcript, i);

      if (smtp_step_get_tls (step) != NULL)
        return step;
    }

  return NULL;
}

/**
 * smtp_findings_new:
 * @plan: what was asked
 * @transcript: what came of it, so far
 *
 * Returns: (transfer full) (element-type SmtpFinding): what is worth saying: certificate and session, then
 *   what is offered where, then flaws of replies
 */
GPtrArray *
smtp_findings_new (SmtpPlan       *plan,
                   SmtpTranscript *transcript)
{
  Search search = { plan, transcript, g_ptr_array_new_with_free_func (finding_free) };
  SmtpStep *handshake = smtp_findings_get_handshake (transcript);

  if (handshake != NULL)
    {
      find_certificate_faults (&search, handshake);
      find_expiry (&search, handshake);
      find_session_facts (&search, handshake);
    }
  find_injection (&search);
  find_offers (&search);
  find_flaws (&search);

  return search.findings;
}

/**
 * smtp_severity_to_id:
 * @severity: how grave a finding is
 *
 * Returns: (transfer none): its stable name, for scripts
 */
const char *
smtp_severity_to_id (SmtpSeverity severity)
{
  static const char *const ids[] = { "info", "good", "warning", "error" };

  g_return_val_if_fail (severity < G_N_ELEMENTS (ids), NULL);

  return ids[severity];
}
