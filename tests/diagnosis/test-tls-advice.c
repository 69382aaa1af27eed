/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What is said of encryption: a sentence and an advice for everything that can be wrong with it, and the findings
 * of a run, each by a transcript made for it. */

#include <string.h>

#include "diagnosis/smtp-advice.h"
#include "diagnosis/smtp-finding.h"
#include "diagnosis/smtp-failures.h"
#include "diagnosis/smtp-tls-advice.h"
#include "dialogue/smtp-dialogue.h"
#include "dialogue/smtp-step-private.h"

#define NOW 1800000000
#define DAY 86400

/* Words for people: a sentence, with nothing left of its making. */
static void
assert_sentence (const char *text)
{
  g_assert_nonnull (text);
  g_assert_cmpuint (strlen (text), >, 10);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_null (strchr (text, '%'));
  g_assert_null (strstr (text, "(null)"));
  g_assert_null (strstr (text, ".."));
  g_assert_true (strchr (".?", text[strlen (text) - 1]) != NULL);
}

static SmtpCertificate *
add_certificate (SmtpTlsInfo *info,
                 const char  *subject,
                 gint64       not_after)
{
  g_autoptr (GBytes) der = g_bytes_new_static ("0", 1);
  SmtpCertificate *certificate = smtp_certificate_new (der);

  certificate->subject = g_strdup (subject);
  certificate->not_before = NOW - 30 * DAY;
  certificate->not_after = not_after;
  g_ptr_array_add (info->chain, certificate);

  return certificate;
}

/* A session that nothing is wrong with. */
static SmtpTlsInfo *
make_info (void)
{
  SmtpTlsInfo *info = smtp_tls_info_new ();

  info->version = g_strdup ("TLS1.3");
  info->cipher = g_strdup ("TLS_AES_256_GCM_SHA384");
  info->group = g_strdup ("X25519");
  info->group_bits = 256;
  info->key_exchange = g_strdup ("ECDHE");
  info->extended_master_secret = TRUE;
  info->safe_renegotiation = TRUE;
  info->now = NOW;
  add_certificate (info, "CN=mail.example.test", NOW + 60 * DAY);
  add_certificate (info, "CN=Intermediate", NOW + 1000 * DAY);

  return info;
}

static void
test_faults (void)
{
  static const char *const details[] = { NULL, "such a thing" };
  static const int certificates[] = { -1, 0, 1, 99 };

  for (int id = 0; id < SMTP_TLS_N_FAULTS; id++)
    {
      assert_sentence (smtp_tls_advice_for_fault_next ((SmtpTlsFaultId) id));
      g_assert_cmpuint (strlen (smtp_tls_fault_to_id ((SmtpTlsFaultId) id)), >, 3);
      for (gsize i = 0; i < G_N_ELEMENTS (details) * G_N_ELEMENTS (certificates); i++)
        {
          g_autoptr (SmtpTlsInfo) info = make_info ();
          g_autofree char *detail = g_strdup (details[i % 2]);
          SmtpTlsFault fault = { (SmtpTlsFaultId) id, certificates[i / 2], detail };
          g_autofree char *sentence = smtp_tls_advice_for_fault (info, &fault);

          assert_sentence (sentence);
        }
    }
}

/* No two faults read the same, nor does a certificate of the chain read as the server's. */
static void
test_faults_differ (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (SmtpTlsInfo) info = make_info ();
  SmtpTlsFault of_server = { SMTP_TLS_FAULT_EXPIRED, 0, NULL };
  SmtpTlsFault of_issuer = { SMTP_TLS_FAULT_EXPIRED, 1, NULL };
  g_autofree char *first = smtp_tls_advice_for_fault (info, &of_server);
  g_autofree char *second = smtp_tls_advice_for_fault (info, &of_issuer);

  for (int id = 0; id < SMTP_TLS_N_FAULTS; id++)
    {
      SmtpTlsFault fault = { (SmtpTlsFaultId) id, 0, NULL };

      g_assert_true (g_hash_table_add (seen, smtp_tls_advice_for_fault (info, &fault)));
    }
  g_assert_nonnull (strstr (first, "server's certificate"));
  g_assert_nonnull (strstr (second, "Certificate 2"));
  g_assert_nonnull (strstr (second, "CN=Intermediate"));
}

static SmtpStep *
make_failure (SmtpStepKind  kind,
              SmtpFailure   failure,
              const char   *detail)
{
  SmtpStep *step = smtp_step_new (kind, SMTP_PHASE_HANDSHAKE, SMTP_VERB_OTHER, 0, 0);

  smtp_step_set_failure (step, failure, detail);
  smtp_step_settle (step, SMTP_VERDICT_BROKEN, 10);

  return step;
}

static void
test_alerts (void)
{
  static const char *const alerts[] = {
    "close_notify (0)", "unexpected_message (10)", "bad_record_mac (20)", "decryption_failed (21)", "record_overflow (22)",
    "decompression_failure (30)", "handshake_failure (40)", "no_certificate (41)", "bad_certificate (42)",
    "unsupported_certificate (43)", "certificate_revoked (44)", "certificate_expired (45)", "certificate_unknown (46)",
    "illegal_parameter (47)", "unknown_ca (48)", "access_denied (49)", "decode_error (50)", "decrypt_error (51)",
    "export_restriction (60)", "protocol_version (70)", "insufficient_security (71)", "internal_error (80)",
    "inappropriate_fallback (86)", "user_canceled (90)", "no_renegotiation (100)", "missing_extension (109)",
    "unsupported_extension (110)", "certificate_unobtainable (111)", "unrecognized_name (112)",
    "bad_certificate_status_response (113)", "bad_certificate_hash_value (114)", "unknown_psk_identity (115)",
    "certificate_required (116)", "no_application_protocol (120)", "alert (200)",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (alerts); i++)
    {
      g_autoptr (SmtpStep) step = make_failure (SMTP_STEP_HANDSHAKE, SMTP_FAILURE_TLS_ALERT, alerts[i]);
      g_autofree char *sentence = smtp_tls_advice_for_failure (step);

      assert_sentence (sentence);
      g_assert_nonnull (strstr (sentence, alerts[i]));
      assert_sentence (smtp_failure_get_next (step));
      g_assert_cmpstr (smtp_failure_get_next (step), ==, smtp_tls_advice_for_alert_next (alerts[i]));
    }

  /* The ones that servers really send are explained. */
  g_assert_cmpstr (smtp_tls_advice_for_alert_next ("handshake_failure (40)"), !=, smtp_tls_advice_for_alert_next ("alert (200)"));
  g_assert_cmpstr (smtp_tls_advice_for_alert_next ("protocol_version (70)"), !=, smtp_tls_advice_for_alert_next ("alert (200)"));
  g_assert_cmpstr (smtp_tls_advice_for_alert_next ("handshake (40)"), ==, smtp_tls_advice_for_alert_next ("alert (200)"));
}

static void
test_failures (void)
{
  static const struct
  {
    SmtpFailure  failure;
    const char  *word;
  } failures[] = {
    { SMTP_FAILURE_NO_STARTTLS, "STARTTLS" }, { SMTP_FAILURE_INJECTION, "injection" },
    { SMTP_FAILURE_PLAIN_TEXT, "not TLS" },   { SMTP_FAILURE_TLS_ALERT, "alert ?" },
    { SMTP_FAILURE_TLS, "TLS failed" },       { SMTP_FAILURE_TRUNCATED, "close_notify" },
    { SMTP_FAILURE_CLOSED, "handshake" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      g_autoptr (SmtpStep) step = make_failure (SMTP_STEP_HANDSHAKE, failures[i].failure, NULL);
      g_autofree char *sentence = smtp_tls_advice_for_failure (step);

      g_assert_nonnull (sentence);
      g_assert_null (strchr (sentence, '%'));
      g_assert_nonnull (strstr (sentence, failures[i].word));
      assert_sentence (smtp_failure_get_next (step));
    }
}

/* Each code has words of its own, with the detail in its place if there is a place. */
static void
test_errors (void)
{
  for (int code = 0; code <= SMTP_TLS_OPTIONS_ERROR_KEYLOG; code++)
    {
      g_autoptr (GError) error = g_error_new_literal (SMTP_TLS_OPTIONS_ERROR, code, "100%s sure");
      g_autofree char *words = smtp_advice_for_error (error);

      g_assert_cmpuint (strlen (words), >, 20);
      g_assert_true (strchr (words, '%') == NULL || strstr (words, "100%s sure") != NULL);
    }
}

static void
test_dates (void)
{
  g_autoptr (SmtpTlsInfo) info = make_info ();
  SmtpCertificate *certificate = info->chain->pdata[0];
  g_autofree char *date = smtp_tls_advice_format_date (0);
  g_autofree char *never = smtp_tls_advice_format_date (G_MAXINT64);
  g_autofree char *left = smtp_tls_advice_format_validity (certificate, NOW);
  g_autofree char *one = smtp_tls_advice_format_validity (certificate, certificate->not_after - DAY);
  g_autofree char *gone = smtp_tls_advice_format_validity (certificate, certificate->not_after + 3 * DAY);

  g_assert_cmpstr (date, ==, "1970-01-01 00:00 UTC");
  g_assert_cmpstr (never, ==, "?");
  g_assert_true (g_str_has_suffix (left, "(60 days left)"));
  g_assert_true (g_str_has_suffix (one, "(1 day left)"));
  g_assert_true (g_str_has_suffix (gone, "(expired 3 days ago)"));
}

/* A strict client minds what is bad, and not what is untidy. */
static void
test_strict (void)
{
  for (int id = 0; id < SMTP_TLS_N_FAULTS; id++)
    {
      g_autoptr (SmtpTlsInfo) info = make_info ();
      g_autofree char *none = smtp_tls_advice_for_strict (info);
      g_autofree char *some = NULL;
      g_autofree char *line = NULL;

      g_assert_null (none);
      smtp_tls_info_add_fault (info, (SmtpTlsFaultId) id, 0, "x");
      some = smtp_tls_advice_for_strict (info);
      g_assert_cmpint (some == NULL, ==, id == SMTP_TLS_FAULT_WRONG_ORDER || id == SMTP_TLS_FAULT_TOO_MANY);
      if (some != NULL)
        assert_sentence (some);

      smtp_tls_info_add_fault (info, SMTP_TLS_FAULT_OTHER, 1, "y");
      line = smtp_tls_advice_describe (info);
      assert_sentence (line);
      g_assert_nonnull (strstr (line, "TLS1.3"));
      g_assert_nonnull (strstr (line, "And 1 more fault."));
    }
}

/* A run: EHLO in clear if @clear, TLS with @info if there is any, EHLO inside. */
static SmtpTranscript *
play (SmtpPlan    *plan,
      const char  *clear,
      SmtpTlsInfo *info,
      const char  *inside)
{
  g_autoptr (SmtpDialogue) dialogue = smtp_dialogue_new (plan);
  g_autoptr (GDateTime) started = g_date_time_new_from_unix_utc (NOW);
  SmtpTranscript *transcript = smtp_transcript_new (started);
  SmtpStep *step;
  int n_hellos = 0;

  while ((step = smtp_dialogue_next (dialogue, 1)) != NULL)
    {
      const char *reply = "250 ok\r\n";

      smtp_transcript_append (transcript, step);
      if (smtp_step_get_verb (step) == SMTP_VERB_EHLO)
        reply = n_hellos++ == 0 && clear != NULL ? clear : inside;
      if (smtp_step_get_verb (step) == SMTP_VERB_STARTTLS || smtp_step_get_kind (step) == SMTP_STEP_GREETING)
        reply = "220 go\r\n";
      if (smtp_step_get_verb (step) == SMTP_VERB_QUIT)
        reply = "221 bye\r\n";

      if (smtp_step_get_kind (step) == SMTP_STEP_CONNECT)
        smtp_dialogue_connected (dialogue, "192.0.2.9:4000", "192.0.2.9", 2);
      else if (smtp_step_get_kind (step) == SMTP_STEP_HANDSHAKE && !smtp_step_is_settled (step))
        smtp_dialogue_handshaken (dialogue, info, 3);
      else if (smtp_step_get_kind (step) == SMTP_STEP_CLOSE)
        smtp_dialogue_closed (dialogue, 4);
      else if (!smtp_step_is_settled (step))
        smtp_dialogue_receive (dialogue, reply, strlen (reply), 4);
      g_object_unref (step);
    }
  g_assert_true (smtp_dialogue_is_done (dialogue));

  return transcript;
}

typedef struct
{
  const char  *id;
  const char  *security;
  const char  *clear;    /* EHLO in clear; NULL: TLS on connect */
  const char  *inside;
  void       (*bend) (SmtpTlsInfo *info);
  SmtpSeverity severity;
  guint        step;     /* what it rests on */
} Finding;

#define OFFER  "250-mx\r\n250 STARTTLS\r\n"
#define SIZE   "250-mx\r\n250 SIZE\r\n"

static void make_soon (SmtpTlsInfo *info) { ((SmtpCertificate *) info->chain->pdata[1])->not_after = NOW + 5 * DAY; }
static void make_today (SmtpTlsInfo *info) { ((SmtpCertificate *) info->chain->pdata[0])->not_after = NOW + 60; }
static void make_rsa (SmtpTlsInfo *info) { g_free (info->key_exchange); info->key_exchange = g_strdup ("RSA"); }
static void make_tls_1_0 (SmtpTlsInfo *info) { g_free (info->version); info->version = g_strdup ("TLS1.0"); }
static void make_unsafe (SmtpTlsInfo *info) { info->safe_renegotiation = FALSE; }
static void make_unbound (SmtpTlsInfo *info) { info->extended_master_secret = FALSE; }
static void make_curious (SmtpTlsInfo *info) { info->client_certificate_asked = TRUE; }
static void make_expired (SmtpTlsInfo *info) { smtp_tls_info_add_fault (info, SMTP_TLS_FAULT_EXPIRED, 0, NULL); }
static void make_untidy (SmtpTlsInfo *info) { smtp_tls_info_add_fault (info, SMTP_TLS_FAULT_WRONG_ORDER, -1, NULL); }

static void
make_small_group (SmtpTlsInfo *info)
{
  g_free (info->key_exchange);
  info->key_exchange = g_strdup ("DHE-RSA");
  info->group_bits = 1024;
}

static const Finding findings[] = {
  { "encrypted", "tls", NULL, SIZE, NULL, SMTP_SEVERITY_GOOD, 1 },
  { "expired", "tls", NULL, SIZE, make_expired, SMTP_SEVERITY_ERROR, 1 },
  { "wrong-order", "tls", NULL, SIZE, make_untidy, SMTP_SEVERITY_WARNING, 1 },
  { "expires-soon", "tls", NULL, SIZE, make_soon, SMTP_SEVERITY_WARNING, 1 },
  { "expires-soon", "tls", NULL, SIZE, make_today, SMTP_SEVERITY_WARNING, 1 },
  { "old-tls-version", "tls", NULL, SIZE, make_tls_1_0, SMTP_SEVERITY_WARNING, 1 },
  { "no-forward-secrecy", "tls", NULL, SIZE, make_rsa, SMTP_SEVERITY_WARNING, 1 },
  { "weak-key-exchange", "tls", NULL, SIZE, make_small_group, SMTP_SEVERITY_WARNING, 1 },
  { "no-safe-renegotiation", "tls", NULL, SIZE, make_unsafe, SMTP_SEVERITY_WARNING, 1 },
  { "no-extended-master-secret", "tls", NULL, SIZE, make_unbound, SMTP_SEVERITY_INFO, 1 },
  { "client-certificate-asked", "tls", NULL, SIZE, make_curious, SMTP_SEVERITY_INFO, 1 },
  { "auth-in-clear", "starttls", "250-mx\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n", SIZE, NULL, SMTP_SEVERITY_WARNING, 2 },
  { "starttls-not-offered", "starttls", SIZE, SIZE, NULL, SMTP_SEVERITY_WARNING, 2 },
  { "starttls-inside-tls", "starttls", OFFER, OFFER, NULL, SMTP_SEVERITY_WARNING, 5 },
  { "capabilities-changed", "starttls", OFFER, SIZE, NULL, SMTP_SEVERITY_INFO, 5 },
};

static GPtrArray *
find (const Finding *finding,
      gboolean       bent)
{
  g_autoptr (SmtpPlan) plan = smtp_plan_new ();
  g_autoptr (SmtpTlsInfo) info = make_info ();
  g_autoptr (SmtpTranscript) transcript = NULL;

  g_assert_true (smtp_plan_set (plan, SMTP_PLAN_HOST, "192.0.2.25", NULL));
  g_assert_true (smtp_plan_set (plan, SMTP_PLAN_SECURITY, finding->security, NULL));
  g_assert_true (smtp_plan_set (plan, SMTP_PLAN_STOP_AFTER, "starttls", NULL));
  g_assert_true (smtp_plan_check (plan, NULL));
  if (bent && finding->bend != NULL)
    finding->bend (info);
  transcript = play (plan, finding->clear, info, finding->inside);

  return smtp_findings_new (plan, transcript);
}

static void
test_finding (gconstpointer data)
{
  const Finding *expected = data;
  g_autoptr (GPtrArray) found = find (expected, TRUE);
  guint n = 0;

  for (guint i = 0; i < found->len; i++)
    {
      const SmtpFinding *finding = found->pdata[i];

      assert_sentence (finding->text);
      if (finding->advice != NULL)
        assert_sentence (finding->advice);
      if (strcmp (finding->id, expected->id) != 0)
        continue;
      n++;
      g_assert_cmpint (finding->severity, ==, expected->severity);
      g_assert_cmpuint (finding->steps->len, ==, 1);
      g_assert_cmpuint (g_array_index (finding->steps, guint, 0), ==, expected->step);
    }
  g_assert_cmpuint (n, ==, 1);

  /* Without what it is about it is not there. */
  if (expected->bend != NULL)
    {
      g_autoptr (GPtrArray) other = find (expected, FALSE);

      for (guint i = 0; i < other->len; i++)
        g_assert_cmpstr (((SmtpFinding *) other->pdata[i])->id, !=, expected->id);
    }
}

/* Nothing is wrong: one finding, and it says so. */
static void
test_nothing_found (void)
{
  g_autoptr (GPtrArray) found = find (&findings[0], TRUE);

  g_assert_cmpuint (found->len, ==, 1);
  g_assert_cmpstr (((SmtpFinding *) found->pdata[0])->id, ==, "encrypted");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tls-advice/faults", test_faults);
  g_test_add_func ("/tls-advice/faults-differ", test_faults_differ);
  g_test_add_func ("/tls-advice/alerts", test_alerts);
  g_test_add_func ("/tls-advice/failures", test_failures);
  g_test_add_func ("/tls-advice/errors", test_errors);
  g_test_add_func ("/tls-advice/dates", test_dates);
  g_test_add_func ("/tls-advice/strict", test_strict);
  g_test_add_func ("/tls-advice/nothing-found", test_nothing_found);
  for (gsize i = 0; i < G_N_ELEMENTS (findings); i++)
    {
      g_autofree char *path = g_strdup_printf ("/tls-advice/finding/%s-%u", findings[i].id, (guint) i);

      g_test_add_data_func (path, &findings[i], test_finding);
    }

  return g_test_run ();
}
