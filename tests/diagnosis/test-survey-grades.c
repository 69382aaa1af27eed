/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "diagnosis/smtp-survey-grades.h"

static const struct
{
  SmtpSurveyKind  kind;
  const char     *name;
  guint           bits;
  SmtpGrade       grade;
  const char     *source;
} cases[] = {
  { SMTP_SURVEY_VERSION, "TLS 1.3", 0, SMTP_GRADE_GOOD, "RFC 9325 3.1.1" },
  { SMTP_SURVEY_VERSION, "TLS 1.2", 0, SMTP_GRADE_GOOD, "RFC 9325 3.1.1" },
  { SMTP_SURVEY_VERSION, "TLS 1.1", 0, SMTP_GRADE_INSECURE, "RFC 8996" },
  { SMTP_SURVEY_VERSION, "TLS 1.0", 0, SMTP_GRADE_INSECURE, "RFC 8996" },
  { SMTP_SURVEY_SUITE, "TLS_AES_128_GCM_SHA256", 0, SMTP_GRADE_GOOD, "RFC 8446 B.4" },
  { SMTP_SURVEY_SUITE, "TLS_AES_128_CCM_8_SHA256", 0, SMTP_GRADE_DATED, "RFC 6655 6" },
  { SMTP_SURVEY_SUITE, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", 0, SMTP_GRADE_GOOD, "RFC 9325 4.2" },
  { SMTP_SURVEY_SUITE, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", 0, SMTP_GRADE_DATED, "RFC 9325 4.2" },
  { SMTP_SURVEY_SUITE, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", 0, SMTP_GRADE_DATED, "RFC 9325 4.1" },
  { SMTP_SURVEY_SUITE, "TLS_RSA_WITH_AES_256_GCM_SHA384", 0, SMTP_GRADE_DATED, "RFC 9325 4.1" },
  { SMTP_SURVEY_SUITE, "TLS_RSA_WITH_3DES_EDE_CBC_SHA", 0, SMTP_GRADE_DATED, "RFC 9325 4.1, CVE-2016-2183" },
  { SMTP_SURVEY_SUITE, "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA", 0, SMTP_GRADE_INSECURE, "RFC 7465" },
  { SMTP_SURVEY_SUITE, "TLS_RSA_WITH_NULL_SHA256", 0, SMTP_GRADE_INSECURE, "RFC 9325 4.1" },
  { SMTP_SURVEY_SUITE, "TLS_DH_anon_WITH_AES_128_GCM_SHA256", 0, SMTP_GRADE_DATED, "RFC 5246 A.5" },
  { SMTP_SURVEY_SUITE, "TLS_ECDH_anon_WITH_NULL_SHA", 0, SMTP_GRADE_INSECURE, "RFC 9325 4.1" },
  { SMTP_SURVEY_GROUP, "x25519", 0, SMTP_GRADE_GOOD, "RFC 8446 4.2.7" },
  { SMTP_SURVEY_GROUP, "secp192r1", 0, SMTP_GRADE_INSECURE, "RFC 9325 4.5" },
  { SMTP_SURVEY_GROUP, "DH 1024", 1024, SMTP_GRADE_INSECURE, "RFC 9325 4.5" },
  { SMTP_SURVEY_GROUP, "DH 2047", 2047, SMTP_GRADE_INSECURE, "RFC 9325 4.5" },
  { SMTP_SURVEY_GROUP, "DH 2048", 2048, SMTP_GRADE_GOOD, "RFC 9325 4.5" },
  { SMTP_SURVEY_SIGNATURE, "rsa_pss_rsae_sha256", 0, SMTP_GRADE_GOOD, "RFC 8446 4.2.3" },
  { SMTP_SURVEY_SIGNATURE, "rsa_pkcs1_sha1", 0, SMTP_GRADE_INSECURE, "RFC 9155" },
  { SMTP_SURVEY_SIGNATURE, "rsa_pkcs1_md5", 0, SMTP_GRADE_INSECURE, "RFC 9155" },
};

static void
test_accepted (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SmtpSurveyRow) row = smtp_survey_row_new (cases[i].kind, cases[i].name);
      SmtpSurveyRating rating;

      g_test_message ("%s", cases[i].name);
      smtp_survey_row_set_bits (row, cases[i].bits);
      smtp_survey_row_set (row, SMTP_SURVEY_ACCEPTED, 1u << SMTP_TLS_VERSION_1_2, SMTP_SURVEY_REASON_NONE, NULL);
      smtp_survey_rate (row, 25, &rating);
      g_assert_cmpstr (smtp_grade_to_id (rating.grade), ==, smtp_grade_to_id (cases[i].grade));
      g_assert_cmpstr (rating.source, ==, cases[i].source);
      g_assert_cmpstr (rating.sentence, !=, "");

      /* What is refused is worth nothing, good or bad. */
      smtp_survey_row_set (row, SMTP_SURVEY_REFUSED, 0, SMTP_SURVEY_REASON_NONE, NULL);
      smtp_survey_rate (row, 25, &rating);
      g_assert_cmpint (rating.grade, ==, SMTP_GRADE_NONE);
    }
}

static void
test_reasons (void)
{
  for (SmtpSurveyReason reason = 1; reason < SMTP_SURVEY_N_REASONS; reason++)
    {
      g_autoptr (SmtpSurveyRow) row = smtp_survey_row_new (SMTP_SURVEY_SUITE, "TLS_AES_128_GCM_SHA256");
      SmtpSurveyRating rating;

      smtp_survey_row_set (row, SMTP_SURVEY_NOT_TESTABLE, 0, reason, NULL);
      smtp_survey_rate (row, 25, &rating);
      g_assert_cmpint (rating.grade, ==, SMTP_GRADE_NONE);
      g_assert_cmpstr (rating.sentence, !=, "");
      g_assert_nonnull (smtp_survey_reason_to_id (reason));
    }
}

static SmtpGrade
rate_in_clear (const char        *command,
               SmtpSurveyVerdict  verdict,
               guint16            port)
{
  g_autoptr (SmtpSurveyRow) row = smtp_survey_row_new (SMTP_SURVEY_IN_CLEAR, command);
  SmtpSurveyRating rating;

  smtp_survey_row_set (row, verdict, 0, SMTP_SURVEY_REASON_NONE, NULL);
  smtp_survey_rate (row, port, &rating);

  return rating.grade;
}

/* RFC 3207 section 4: a public server must take mail without encryption; the one for its own users need not. */
static void
test_in_clear (void)
{
  g_assert_cmpint (rate_in_clear ("MAIL", SMTP_SURVEY_ACCEPTED, 25), ==, SMTP_GRADE_GOOD);
  g_assert_cmpint (rate_in_clear ("MAIL", SMTP_SURVEY_REFUSED, 25), ==, SMTP_GRADE_NONE);
  g_assert_cmpint (rate_in_clear ("MAIL", SMTP_SURVEY_ACCEPTED, 587), ==, SMTP_GRADE_DATED);
  g_assert_cmpint (rate_in_clear ("MAIL", SMTP_SURVEY_REFUSED, 587), ==, SMTP_GRADE_GOOD);
  g_assert_cmpint (rate_in_clear ("AUTH", SMTP_SURVEY_ACCEPTED, 25), ==, SMTP_GRADE_INSECURE);
  g_assert_cmpint (rate_in_clear ("AUTH", SMTP_SURVEY_REFUSED, 587), ==, SMTP_GRADE_GOOD);
  g_assert_cmpint (rate_in_clear ("AUTH", SMTP_SURVEY_NOT_TESTABLE, 25), ==, SMTP_GRADE_NONE);
}

static void
test_estimate (void)
{
  g_autofree char *text = smtp_survey_describe_estimate (58, 18);

  g_assert_cmpstr (text, ==, "This makes about 58 connections, one after the other, and takes about 18 seconds. No message is sent.");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/survey-grades/accepted", test_accepted);
  g_test_add_func ("/survey-grades/reasons", test_reasons);
  g_test_add_func ("/survey-grades/in-clear", test_in_clear);
  g_test_add_func ("/survey-grades/estimate", test_estimate);

  return g_test_run ();
}
