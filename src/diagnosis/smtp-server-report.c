/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "diagnosis/smtp-server-report.h"

#include <glib/gi18n.h>
#include <string.h>

#include "diagnosis/smtp-tls-advice.h"
#include "protocol/smtp-bytes.h"
#include "protocol/smtp-extensions.h"

#define PEM_LINE 64  /* RFC 7468 section 2 */

static void
row_free (gpointer data)
{
  SmtpReportRow *row = data;

  g_free (row->label);
  g_free (row->value);
  g_free (row);
}

static void
section_free (gpointer data)
{
  SmtpReportSection *section = data;

  g_free (section->title);
  g_ptr_array_unref (section->rows);
  g_free (section);
}

/* Takes @title over. */
static SmtpReportSection *
add_section (GPtrArray *report,
             char      *title)
{
  SmtpReportSection *section = g_new0 (SmtpReportSection, 1);

  section->title = title;
  section->certificate = -1;
  section->rows = g_ptr_array_new_with_free_func (row_free);
  g_ptr_array_add (report, section);

  return section;
}

/* A row without value is none. */
static SmtpReportRow *
add (SmtpReportSection *section,
     const char        *label,
     const char        *value)
{
  SmtpReportRow *row;

  if (value == NULL || *value == '\0')
    return NULL;

  row = g_new0 (SmtpReportRow, 1);
  row->label = g_strdup (label);
  row->value = g_strdup (value);
  g_ptr_array_add (section->rows, row);

  return row;
}

static void
add_list (SmtpReportSection  *section,
          const char         *label,
          const char * const *values)
{
  for (int i = 0; values != NULL && values[i] != NULL; i++)
    add (section, i == 0 ? label : "", values[i]);
}

static void
add_joined (SmtpReportSection  *section,
            const char         *label,
            const char * const *values)
{
  g_autofree char *joined = values != NULL ? g_strjoinv (", ", (char **) values) : NULL;

  add (section, label, joined);
}

static SmtpStep *
find_step (SmtpTranscript *transcript,
           SmtpStepKind    kind)
{
  for (guint i = smtp_transcript_get_n_steps (transcript); i-- > 0;)
    {
      SmtpStep *step = smtp_transcript_get_step (transcript, i);

      if (smtp_step_get_kind (step) == kind)
        return step;
    }

  return NULL;
}

static void
report_server (GPtrArray      *report,
               SmtpPlan       *plan,
               SmtpTranscript *transcript)
{
  SmtpReportSection *section = add_section (report, g_strdup (_("Server")));
  SmtpStep *connection = find_step (transcript, SMTP_STEP_CONNECT);
  SmtpStep *greeting = find_step (transcript, SMTP_STEP_GREETING);
  g_autofree char *target = g_strdup_printf (_("%s port %u"), smtp_plan_get_host (plan), smtp_plan_get_port (plan));

  add (section, _("Asked for"), target);
  if (connection != NULL)
    {
      add (section, _("Address"), smtp_step_get_target (connection));
      add (section, _("From"), smtp_step_get_local (connection));
    }
  if (greeting != NULL && smtp_step_get_reply (greeting) != NULL)
    {
      gsize length;
      const char *text = smtp_reply_get_text (smtp_step_get_reply (greeting), 0, &length);
      g_autofree char *shown = smtp_bytes_escape (text, length, 500);

      add (section, _("Greeting"), shown);
    }
}

static void
report_capabilities (GPtrArray      *report,
                     SmtpTranscript *transcript,
                     gboolean        secure)
{
  SmtpStep *hello = smtp_findings_get_hello (transcript, secure);
  g_autoptr (SmtpExtensions) extensions = NULL;
  SmtpReportSection *section;

  if (hello == NULL)
    return;

  extensions = smtp_extensions_new (smtp_step_get_reply (hello));
  if (smtp_extensions_get_n (extensions) == 0)
    return;

  section = add_section (report, g_strdup (secure ? _("What it offers inside TLS") : _("What it offers in clear")));
  for (guint i = 0; i < smtp_extensions_get_n (extensions); i++)
    {
      g_autofree char *parameters = g_strjoinv (" ", (char **) smtp_extensions_get_parameters (extensions, i));

      add (section, smtp_extensions_get_keyword (extensions, i), *parameters != '\0' ? parameters : "✓");
    }
}

static void
report_key_exchange (SmtpReportSection *section,
                     SmtpTlsInfo       *tls)
{
  g_autoptr (GString) text = g_string_new (tls->key_exchange);

  if (tls->group != NULL)
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", tls->group);
  if (tls->group_bits > 0)
    {
      g_string_append (text, text->len > 0 ? ", " : "");
      g_string_append_printf (text, ngettext ("%u bit", "%u bits", tls->group_bits), tls->group_bits);
    }
  add (section, _("Key exchange"), text->str);
}

static void
report_staple (SmtpReportSection *section,
               SmtpTlsInfo       *tls)
{
  g_autoptr (GString) text = g_string_new (smtp_tls_advice_ocsp_words (tls->ocsp));
  SmtpReportRow *row;

  if (tls->ocsp_this_update != 0)
    {
      g_autofree char *date = smtp_tls_advice_format_date (tls->ocsp_this_update);

      g_string_append_printf (text, _(", said on %s"), date);
    }
  if (tls->ocsp_next_update != 0)
    {
      g_autofree char *date = smtp_tls_advice_format_date (tls->ocsp_next_update);

      g_string_append_printf (text, _(", good until %s"), date);
    }
  row = add (section, _("OCSP answer"), text->str);
  if (tls->ocsp == SMTP_OCSP_GOOD)
    row->severity = SMTP_SEVERITY_GOOD;
  else if (tls->ocsp == SMTP_OCSP_REVOKED)
    row->severity = SMTP_SEVERITY_ERROR;
}

static void
report_encryption (GPtrArray   *report,
                   SmtpTlsInfo *tls)
{
  SmtpReportSection *section = add_section (report, g_strdup (_("Encryption")));
  static const char *const trusts[][2] = {
    { "system", N_("Authorities of this system") },
    { "file", N_("Authorities of the CA file") },
    { "system and file", N_("Authorities of this system and of the CA file") },
    { "nothing", N_("No authority") },
  };

  add (section, _("Version"), tls->version);
  add (section, _("Cipher suite"), tls->cipher);
  report_key_exchange (section, tls);
  add (section, _("Signed with"), tls->signature);
  if (tls->resumed)
    add (section, _("Resumed"), _("An earlier session was resumed"));
  if (g_strcmp0 (tls->version, "TLS1.3") != 0)  /* which cannot be without them */
    {
      add (section, _("Extended master secret"), tls->extended_master_secret ? _("Yes") : _("No"));
      add (section, _("Safe renegotiation"), tls->safe_renegotiation ? _("Yes") : _("No"));
    }
  add (section, _("Server name sent (SNI)"), tls->sni != NULL ? tls->sni : _("None"));
  add (section, _("Checked for"), tls->verify_name);
  for (gsize i = 0; i < G_N_ELEMENTS (trusts); i++)
    {
      if (g_strcmp0 (tls->trust, trusts[i][0]) == 0)
        add (section, _("Trusted"), _(trusts[i][1]));
    }
  if (tls->client_certificate_asked)
    add (section, _("Client certificate"), tls->client_certificate_sent ? _("Asked for, and sent") : _("Asked for, and none was given"));
  report_staple (section, tls);
}

static void
report_faults (GPtrArray   *report,
               SmtpTlsInfo *tls)
{
  SmtpReportSection *section = add_section (report, g_strdup (_("Certificate check")));

  if (tls->faults->len == 0)
    {
      add (section, _("Result"), _("Nothing wrong: a strict client goes on."))->severity = SMTP_SEVERITY_GOOD;
      return;
    }

  for (guint i = 0; i < tls->faults->len; i++)
    {
      const SmtpTlsFault *fault = tls->faults->pdata[i];
      g_autofree char *text = smtp_tls_advice_for_fault (tls, fault);
      g_autofree char *number = g_strdup_printf (_("Fault %u"), i + 1);

      add (section, number, text)->severity =
        smtp_tls_fault_is_tolerated (fault->id) ? SMTP_SEVERITY_WARNING : SMTP_SEVERITY_ERROR;
      add (section, "", smtp_tls_advice_for_fault_next (fault->id));
    }
}

static void
report_key (SmtpReportSection     *section,
            const SmtpCertificate *certificate)
{
  g_autoptr (GString) text = g_string_new (certificate->key_type);

  if (certificate->key_curve != NULL)
    g_string_append_printf (text, ", %s", certificate->key_curve);
  if (certificate->key_bits > 0)
    {
      g_string_append (text, ", ");
      g_string_append_printf (text, ngettext ("%u bit", "%u bits", certificate->key_bits), certificate->key_bits);
    }
  add (section, _("Key"), text->str);
}

static void
report_certificate (GPtrArray   *report,
                    SmtpTlsInfo *tls,
                    guint        index)
{
  const SmtpCertificate *certificate = tls->chain->pdata[index];
  SmtpReportSection *section = add_section (report, g_strdup_printf (index == 0 ? _("Certificate %u, the server's") : _("Certificate %u"), index + 1));
  g_autofree char *validity = NULL;
  g_autofree char *scts = NULL;
  SmtpReportRow *row;

  section->certificate = (int) index;
  if (certificate->malformed != NULL)
    {
      add (section, _("Cannot be decoded"), certificate->malformed)->severity = SMTP_SEVERITY_ERROR;
      return;
    }

  validity = smtp_tls_advice_format_validity (certificate, tls->now);
  add (section, _("Subject"), *certificate->subject != '\0' ? certificate->subject : _("(empty)"));
  add (section, _("Issuer"), certificate->issuer);
  add_list (section, _("Names"), (const char * const *) certificate->names);
  row = add (section, _("Valid"), validity);
  if (tls->now > certificate->not_after || tls->now < certificate->not_before)
    row->severity = SMTP_SEVERITY_ERROR;
  add (section, _("Serial number"), certificate->serial);
  report_key (section, certificate);
  add (section, _("Signed with"), certificate->signature);
  if (certificate->is_ca)
    add (section, _("Authority"), _("May sign certificates"));
  add_joined (section, _("Key usage"), (const char * const *) certificate->key_usages);
  add_joined (section, _("Purposes"), (const char * const *) certificate->purposes);
  add (section, "SHA-256", certificate->sha256);
  add (section, "SHA-1", certificate->sha1);
  add (section, _("Public key (TLSA 3 1 1)"), certificate->spki_sha256);
  add_list (section, _("OCSP"), (const char * const *) certificate->ocsp_uris);
  add_list (section, _("Revocation list"), (const char * const *) certificate->crl_uris);
  add_list (section, _("Issuer's certificate"), (const char * const *) certificate->issuer_uris);
  if (certificate->must_staple)
    add (section, _("Must staple"), _("Demands a stapled OCSP answer"));
  if (certificate->n_scts > 0)
    {
      scts = g_strdup_printf (ngettext ("%u timestamp", "%u timestamps", certificate->n_scts), certificate->n_scts);
      add (section, _("Transparency"), scts);
    }
}

static void
report_tls (GPtrArray   *report,
            SmtpTlsInfo *tls)
{
  report_encryption (report, tls);
  report_faults (report, tls);
  for (guint i = 0; i < tls->chain->len; i++)
    report_certificate (report, tls, i);
}

static void
report_findings (GPtrArray      *report,
                 SmtpPlan       *plan,
                 SmtpTranscript *transcript)
{
  g_autoptr (GPtrArray) findings = smtp_findings_new (plan, transcript);
  SmtpReportSection *section = NULL;

  for (guint i = 0; i < findings->len; i++)
    {
      const SmtpFinding *finding = findings->pdata[i];

      /* The errors are the certificate's, and said there. */
      if (finding->severity != SMTP_SEVERITY_WARNING && finding->severity != SMTP_SEVERITY_INFO)
        continue;
      if (section == NULL)
        section = add_section (report, g_strdup (_("Worth knowing")));
      add (section, finding->severity == SMTP_SEVERITY_WARNING ? _("Warning") : _("Note"), finding->text)->severity = finding->severity;
      add (section, "", finding->advice);
    }
}

/**
 * smtp_server_report_new:
 * @plan: what was asked
 * @transcript: what came of it, so far
 *
 * Returns: (transfer full) (element-type SmtpReportSection): all there is to say
 */
GPtrArray *
smtp_server_report_new (SmtpPlan       *plan,
                        SmtpTranscript *transcript)
{
  GPtrArray *report = g_ptr_array_new_with_free_func (section_free);
  SmtpStep *handshake = smtp_findings_get_handshake (transcript);

  report_server (report, plan, transcript);
  report_findings (report, plan, transcript);
  if (handshake != NULL)
    report_tls (report, smtp_step_get_tls (handshake));
  report_capabilities (report, transcript, TRUE);
  report_capabilities (report, transcript, FALSE);

  return report;
}

/**
 * smtp_server_report_encryption:
 * @plan: what was asked
 * @transcript: what came of it, so far
 *
 * Returns: (transfer full) (element-type SmtpReportSection): what the transcript does not show itself: the
 *   encryption, the certificates and what is odd; empty if there is nothing of that
 */
GPtrArray *
smtp_server_report_encryption (SmtpPlan       *plan,
                               SmtpTranscript *transcript)
{
  GPtrArray *report = g_ptr_array_new_with_free_func (section_free);
  SmtpStep *handshake = smtp_findings_get_handshake (transcript);

  if (handshake != NULL)
    report_tls (report, smtp_step_get_tls (handshake));
  report_findings (report, plan, transcript);

  return report;
}

/**
 * smtp_server_report_chain_pem:
 * @transcript: what came of a run
 *
 * Returns: (transfer full) (nullable): the certificates as they were sent, as PEM (RFC 7468); %NULL without any
 */
char *
smtp_server_report_chain_pem (SmtpTranscript *transcript)
{
  SmtpStep *handshake = smtp_findings_get_handshake (transcript);
  SmtpTlsInfo *tls = handshake != NULL ? smtp_step_get_tls (handshake) : NULL;
  GString *pem = g_string_new (NULL);

  for (guint i = 0; tls != NULL && i < tls->chain->len; i++)
    {
      const SmtpCertificate *certificate = tls->chain->pdata[i];
      gsize length;
      const guchar *der = g_bytes_get_data (certificate->der, &length);
      g_autofree char *base64 = g_base64_encode (der, length);
      gsize n = strlen (base64);

      g_string_append (pem, "-----BEGIN CERTIFICATE-----\n");
      for (gsize at = 0; at < n; at += PEM_LINE)
        {
          g_string_append_len (pem, base64 + at, (gssize) MIN (n - at, PEM_LINE));
          g_string_append_c (pem, '\n');
        }
      g_string_append (pem, "-----END CERTIFICATE-----\n");
    }

  return g_string_free (pem, pem->len == 0);
}
