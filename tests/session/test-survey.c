/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Surveys of a server in this program that accepts what it is told to. */

#include "session/smtp-survey.h"

#include <string.h>

#include "diagnosis/smtp-finding.h"
#include "diagnosis/smtp-survey-grades.h"
#include "session/smtp-session.h"
#include "session/survey-server.h"

#define BASE "NONE:+CTYPE-X509:+COMP-NULL"

static void
on_survey_over (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_assert_true (smtp_survey_run_finish (SMTP_SURVEY (object), result, NULL));
  *(gboolean *) user_data = TRUE;
}

static SmtpPlan *
make_plan (SurveyServer *server)
{
  SmtpPlan *plan = smtp_plan_new ();
  g_autofree char *target = g_strdup_printf ("127.0.0.1:%u", server->port);

  g_assert_true (smtp_plan_set_target (plan, target, NULL));
  g_assert_true (smtp_plan_set (plan, SMTP_PLAN_EHLO_NAME, "client.test", NULL));
  g_assert_true (smtp_plan_set (plan, SMTP_PLAN_SECURITY, "starttls", NULL));

  return plan;
}

static void
run (SmtpSurvey   *survey,
     GCancellable *cancellable)
{
  gboolean over = FALSE;

  smtp_survey_run_async (survey, G_PRIORITY_DEFAULT, cancellable, on_survey_over, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static SmtpSurvey *
make_survey (SurveyServer *server)
{
  g_autoptr (SmtpPlan) plan = make_plan (server);

  return smtp_survey_new (plan, NULL, 0);
}

/* The names of a kind that are accepted, in the order of the rows. */
static char *
list_accepted (SmtpSurvey     *survey,
               SmtpSurveyKind  kind)
{
  GListModel *rows = smtp_survey_get_rows (survey);
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (SmtpSurveyRow) row = g_list_model_get_item (rows, i);

      g_assert_cmpint (smtp_survey_row_get_verdict (row), !=, SMTP_SURVEY_WAITING);
      if (smtp_survey_row_get_kind (row) == kind && smtp_survey_row_get_verdict (row) == SMTP_SURVEY_ACCEPTED)
        g_string_append_printf (names, "%s%s", names->len > 0 ? " " : "", smtp_survey_row_get_name (row));
    }

  return g_string_free (names, FALSE);
}

static void
assert_accepted (SmtpSurvey     *survey,
                 SmtpSurveyKind  kind,
                 const char     *expected)
{
  g_autofree char *found = list_accepted (survey, kind);

  g_assert_cmpstr (found, ==, expected);
}

static SmtpSurveyVerdict
get_verdict (SmtpSurvey     *survey,
             SmtpSurveyKind  kind,
             const char     *name)
{
  GListModel *rows = smtp_survey_get_rows (survey);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (SmtpSurveyRow) row = g_list_model_get_item (rows, i);

      if (smtp_survey_row_get_kind (row) == kind && g_str_equal (smtp_survey_row_get_name (row), name))
        return smtp_survey_row_get_verdict (row);
    }

  return SMTP_SURVEY_WAITING;
}

static gboolean
has_finding (GPtrArray  *findings,
             const char *id)
{
  for (guint i = 0; i < findings->len; i++)
    {
      if (g_str_equal (((SmtpFinding *) findings->pdata[i])->id, id))
        return TRUE;
    }

  return FALSE;
}

static void
test_one_suite (void)
{
  g_autoptr (SurveyServer) server = survey_server_new ();
  g_autoptr (SmtpSurvey) survey = make_survey (server);

  server->priority = BASE ":+VERS-TLS1.2:+ECDHE-RSA:+AES-128-GCM:+AEAD:+GROUP-SECP256R1:+SIGN-RSA-SHA256";
  run (survey, NULL);

  assert_accepted (survey, SMTP_SURVEY_VERSION, "TLS 1.2");
  assert_accepted (survey, SMTP_SURVEY_SUITE, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
  assert_accepted (survey, SMTP_SURVEY_GROUP, "secp256r1");
  assert_accepted (survey, SMTP_SURVEY_SIGNATURE, "rsa_pkcs1_sha256");
  assert_accepted (survey, SMTP_SURVEY_IN_CLEAR, "");
  g_assert_cmpint (smtp_survey_plan_get_stop (smtp_survey_get_survey_plan (survey)), ==, SMTP_SURVEY_REASON_NONE);
}

static void
test_newest_only (void)
{
  g_autoptr (SurveyServer) server = survey_server_new ();
  g_autoptr (SmtpSurvey) survey = make_survey (server);

  server->priority = BASE ":+VERS-TLS1.3:+ECDHE-RSA:+AES-256-GCM:+CHACHA20-POLY1305:+AEAD:+GROUP-X25519:+GROUP-SECP384R1:"
                          "+SIGN-RSA-PSS-RSAE-SHA256:+SIGN-RSA-PSS-RSAE-SHA512";
  run (survey, NULL);

  assert_accepted (survey, SMTP_SURVEY_VERSION, "TLS 1.3");
  assert_accepted (survey, SMTP_SURVEY_SUITE, "TLS_AES_256_GCM_SHA384 TLS_CHACHA20_POLY1305_SHA256");
  assert_accepted (survey, SMTP_SURVEY_GROUP, "x25519 secp384r1");
  assert_accepted (survey, SMTP_SURVEY_SIGNATURE, "rsa_pss_rsae_sha256 rsa_pss_rsae_sha512");
}

/* Old and weak, as this machine allows: every combination of what the server has. */
static void
test_old (void)
{
  g_autoptr (SurveyServer) server = survey_server_new ();
  g_autoptr (SmtpSurvey) survey = make_survey (server);
  g_auto (SmtpSurveySummary) summary = { 0, };
  g_autofree char *versions = NULL;

  server->priority = BASE ":+VERS-TLS1.2:+VERS-TLS1.0:+ECDHE-RSA:+RSA:+AES-128-CBC:+3DES-CBC:+AES-256-GCM:+SHA1:+AEAD:"
                          "+GROUP-X25519:+SIGN-RSA-SHA256:+SIGN-RSA-SHA1";
  run (survey, NULL);

  versions = list_accepted (survey, SMTP_SURVEY_VERSION);
  if (!g_str_equal (versions, "TLS 1.2 TLS 1.0"))
    {
      g_test_skip ("this machine's policy forbids TLS 1.0");
      return;
    }
  g_assert_cmpint (get_verdict (survey, SMTP_SURVEY_VERSION, "TLS 1.1"), ==, SMTP_SURVEY_REFUSED);
  assert_accepted (survey, SMTP_SURVEY_SUITE,
                   "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA "
                   "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA TLS_RSA_WITH_AES_256_GCM_SHA384 TLS_RSA_WITH_AES_128_CBC_SHA "
                   "TLS_RSA_WITH_3DES_EDE_CBC_SHA");
  assert_accepted (survey, SMTP_SURVEY_SIGNATURE, "rsa_pkcs1_sha256 rsa_pkcs1_sha1");

  smtp_survey_summarize (smtp_survey_get_survey_plan (survey), smtp_survey_get_plan (survey), &summary);
  g_assert_cmpint (summary.outcome, ==, SMTP_OUTCOME_WORKS);
  g_assert_cmpint (summary.exit_status, ==, 0);
  /* TLS 1.0 and SHA-1; 3DES, CBC and static RSA; and on this port MAIL in clear is refused, AUTH too */
  g_assert_cmpuint (summary.n_grades[SMTP_GRADE_INSECURE], ==, 2);
  g_assert_cmpuint (summary.n_grades[SMTP_GRADE_DATED], ==, 5);
}

static void
test_order (void)
{
  static const char *const priorities[] = {
    BASE ":+VERS-TLS1.2:+ECDHE-RSA:+AES-128-GCM:+AES-256-GCM:+AEAD:+GROUP-X25519:+SIGN-RSA-SHA256:%SERVER_PRECEDENCE",
    BASE ":+VERS-TLS1.2:+ECDHE-RSA:+AES-128-GCM:+AES-256-GCM:+AEAD:+GROUP-X25519:+SIGN-RSA-SHA256",
  };
  static const SmtpSurveyOrder orders[] = { SMTP_SURVEY_ORDER_SERVER, SMTP_SURVEY_ORDER_CLIENT };

  for (gsize i = 0; i < G_N_ELEMENTS (priorities); i++)
    {
      g_autoptr (SurveyServer) server = survey_server_new ();
      g_autoptr (SmtpSurvey) survey = make_survey (server);
      const char *first;

      server->priority = priorities[i];
      run (survey, NULL);
      g_assert_cmpint (smtp_survey_plan_get_order (smtp_survey_get_survey_plan (survey), SMTP_TLS_VERSION_1_2, &first), ==,
                       orders[i]);
      if (i == 0)
        g_assert_cmpstr (first, ==, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    }
}

/* 512 bits: what no client takes must still be found. */
static const char small_group[] =
  "-----BEGIN DH PARAMETERS-----\n"
  "MEYCQQCmGE45JASWIpm9EFn94FU7nwkyQaYj7SAhB7fb774g6gtz5PRxrNLaaDCM\n"
  "ffGuZHwmwTVOAyOmBq/lC0u5XiFHAgEC\n"
  "-----END DH PARAMETERS-----\n";

static void
test_small_group (void)
{
  g_autoptr (SurveyServer) server = survey_server_new ();
  g_autoptr (SmtpSurvey) survey = make_survey (server);
  g_auto (SmtpSurveySummary) summary = { 0, };

  server->priority = BASE ":+VERS-TLS1.2:+DHE-RSA:+AES-128-GCM:+AEAD:+SIGN-RSA-SHA256";
  server->dh_params = small_group;
  run (survey, NULL);

  assert_accepted (survey, SMTP_SURVEY_SUITE, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256");
  assert_accepted (survey, SMTP_SURVEY_GROUP, "DH 512");
  smtp_survey_summarize (smtp_survey_get_survey_plan (survey), smtp_survey_get_plan (survey), &summary);
  g_assert_cmpuint (summary.n_grades[SMTP_GRADE_INSECURE], ==, 1);
}

static void
test_gentle (void)
{
  g_autoptr (SurveyServer) server = survey_server_new ();
  g_autoptr (SmtpSurvey) survey = make_survey (server);

  g_assert_cmpuint (smtp_survey_get_n_planned (survey), >, 20);
  g_assert_cmpuint (smtp_survey_get_n_done (survey), ==, 0);
  run (survey, NULL);

  g_assert_cmpuint (server->most_open, ==, 1);
  g_assert_cmpuint (server->n_connections, ==, smtp_survey_get_n_done (survey));
  g_assert_cmpuint (smtp_survey_get_n_planned (survey), ==, smtp_survey_get_n_done (survey));
  g_assert_cmpuint (server->n_connections, <, 120);
}

static void
test_in_clear (void)
{
  static const struct
  {
    const char *mail;
    const char *auth;
    const char *accepted;
  } cases[] = {
    { "530 5.7.0 Must issue a STARTTLS command first", "538 5.7.11 Encryption required", "" },
    { "250 Ok", "503 5.5.1 Not enabled", "MAIL" },
    { "250 Ok", "334 ", "MAIL AUTH" },
    { "530 5.7.0 No", "501 5.5.4 Which mechanism?", "AUTH" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SurveyServer) server = survey_server_new ();
      g_autoptr (SmtpSurvey) survey = make_survey (server);
      gboolean in_transaction = g_str_has_prefix (cases[i].mail, "250");
      g_autofree char *expected = g_strconcat ("EHLO client.test\nMAIL FROM:<>\n", in_transaction ? "RSET\n" : "", "AUTH PLAIN\n",
                                               g_str_has_prefix (cases[i].auth, "334") ? "*\n" : "", "QUIT\n", NULL);

      server->mail = cases[i].mail;
      server->auth = cases[i].auth;
      server->busy_from = 2;
      run (survey, NULL);
      assert_accepted (survey, SMTP_SURVEY_IN_CLEAR, cases[i].accepted);
      g_assert_cmpstr (server->heard->str, ==, expected);
    }
}

static void
test_findings (void)
{
  g_autoptr (SurveyServer) server = survey_server_new ();
  g_autoptr (SmtpSurvey) survey = make_survey (server);
  SmtpSurveyPlan *survey_plan = smtp_survey_get_survey_plan (survey);
  g_autoptr (GPtrArray) findings = NULL;

  run (survey, NULL);
  findings = smtp_findings_new (smtp_survey_get_plan (survey), smtp_survey_plan_get_secure (survey_plan));
  g_assert_true (has_finding (findings, "auth-in-clear"));
  g_assert_nonnull (smtp_survey_plan_get_clear (survey_plan));
}

static void
assert_stopped (SmtpSurvey       *survey,
                SmtpSurveyReason  reason,
                int               exit_status)
{
  g_auto (SmtpSurveySummary) summary = { 0, };
  g_autofree char *versions = list_accepted (survey, SMTP_SURVEY_VERSION);

  g_assert_cmpint (smtp_survey_plan_get_stop (smtp_survey_get_survey_plan (survey)), ==, reason);
  smtp_survey_summarize (smtp_survey_get_survey_plan (survey), smtp_survey_get_plan (survey), &summary);
  g_assert_cmpint (summary.exit_status, ==, exit_status);
  g_assert_nonnull (summary.verdict);
}

static void
test_busy (void)
{
  g_autoptr (SurveyServer) server = survey_server_new ();
  g_autoptr (SmtpSurvey) survey = make_survey (server);

  server->busy_from = 5;
  run (survey, NULL);

  g_assert_cmpuint (server->n_connections, ==, 5);
  assert_stopped (survey, SMTP_SURVEY_REASON_BUSY, 9);
}

static void
test_no_starttls (void)
{
  g_autoptr (SurveyServer) server = survey_server_new ();
  g_autoptr (SmtpSurvey) survey = make_survey (server);

  server->no_starttls = TRUE;
  run (survey, NULL);

  g_assert_cmpuint (server->n_connections, ==, 2);
  assert_stopped (survey, SMTP_SURVEY_REASON_NO_STARTTLS, 8);
}

static void
test_unreachable (void)
{
  SurveyServer *server = survey_server_new ();
  g_autoptr (SmtpSurvey) survey = make_survey (server);

  survey_server_free (server);
  run (survey, NULL);

  g_assert_cmpuint (smtp_survey_get_n_done (survey), ==, 3);
  assert_stopped (survey, SMTP_SURVEY_REASON_CONNECTION, 6);
}

static void
on_progress (SmtpSurvey   *survey,
             GParamSpec   *pspec,
             GCancellable *cancellable)
{
  if (smtp_survey_get_n_done (survey) == 3)
    g_cancellable_cancel (cancellable);
}

/* A pause of an hour: the test would not end in time if it had to be waited for. */
static void
test_cancel_in_pause (void)
{
  g_autoptr (SurveyServer) server = survey_server_new ();
  g_autoptr (SmtpPlan) plan = make_plan (server);
  g_autoptr (SmtpSurvey) survey = smtp_survey_new (plan, NULL, 3600 * 1000);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gboolean over = FALSE;

  smtp_survey_run_async (survey, G_PRIORITY_DEFAULT, cancellable, on_survey_over, &over);
  while (smtp_survey_get_n_done (survey) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (over);
  g_cancellable_cancel (cancellable);
  while (!over)
    g_main_context_iteration (NULL, TRUE);

  g_assert_cmpuint (server->n_connections, ==, 1);
  assert_stopped (survey, SMTP_SURVEY_REASON_CANCELLED, 9);
}

static void
test_cancel_between (void)
{
  g_autoptr (SurveyServer) server = survey_server_new ();
  g_autoptr (SmtpSurvey) survey = make_survey (server);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_signal_connect (survey, "notify::n-done", G_CALLBACK (on_progress), cancellable);
  run (survey, cancellable);

  g_assert_cmpuint (server->n_connections, ==, 3);
  assert_stopped (survey, SMTP_SURVEY_REASON_CANCELLED, 9);
}

static void
on_session_over (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_assert_true (smtp_session_run_finish (SMTP_SESSION (object), result, NULL));
  *(gboolean *) user_data = TRUE;
}

static void
test_injection (void)
{
  for (int injectable = 0; injectable <= 1; injectable++)
    {
      g_autoptr (SurveyServer) server = survey_server_new ();
      g_autoptr (SmtpPlan) plan = make_plan (server);
      g_autoptr (SmtpSession) session = NULL;
      g_autoptr (SmtpDiagnosis) diagnosis = NULL;
      g_autoptr (GPtrArray) findings = NULL;
      gboolean over = FALSE;

      server->injectable = injectable == 1;
      g_assert_true (smtp_plan_set (plan, SMTP_PLAN_SECURITY, "starttls-required", NULL));
      g_assert_true (smtp_plan_set (plan, SMTP_PLAN_STOP_AFTER, "starttls", NULL));
      g_assert_true (smtp_plan_set_timeout (plan, SMTP_PHASE_SILENCE, 1, NULL));
      smtp_plan_set_check (plan, SMTP_CHECK_INJECTION);
      session = smtp_session_new (plan, NULL);
      smtp_session_run_async (session, G_PRIORITY_DEFAULT, NULL, on_session_over, &over);
      while (!over)
        g_main_context_iteration (NULL, TRUE);

      diagnosis = smtp_diagnosis_new (plan, smtp_session_get_transcript (session));
      findings = smtp_findings_new (plan, smtp_session_get_transcript (session));
      if (injectable == 1)
        {
          g_assert_cmpint (smtp_diagnosis_get_outcome (diagnosis), ==, SMTP_OUTCOME_BROKEN);
          g_assert_cmpstr (smtp_diagnosis_get_reason (diagnosis), ==, "starttls-command-injection");
          g_assert_true (has_finding (findings, "starttls-command-injection"));
        }
      else
        {
          g_assert_cmpint (smtp_diagnosis_get_outcome (diagnosis), ==, SMTP_OUTCOME_WORKS);
          g_assert_cmpstr (smtp_diagnosis_get_reason (diagnosis), ==, "ok");
          g_assert_false (has_finding (findings, "starttls-command-injection"));
        }
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gnutls_global_init ();

  g_test_add_func ("/survey/one-suite", test_one_suite);
  g_test_add_func ("/survey/newest-only", test_newest_only);
  g_test_add_func ("/survey/old", test_old);
  g_test_add_func ("/survey/order", test_order);
  g_test_add_func ("/survey/small-group", test_small_group);
  g_test_add_func ("/survey/gentle", test_gentle);
  g_test_add_func ("/survey/in-clear", test_in_clear);
  g_test_add_func ("/survey/findings", test_findings);
  g_test_add_func ("/survey/busy", test_busy);
  g_test_add_func ("/survey/no-starttls", test_no_starttls);
  g_test_add_func ("/survey/unreachable", test_unreachable);
  g_test_add_func ("/survey/cancel-in-pause", test_cancel_in_pause);
  g_test_add_func ("/survey/cancel-between", test_cancel_between);
  g_test_add_func ("/survey/injection", test_injection);

  return g_test_run ();
}
