/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The choices about TLS as values: what is taken, what is refused and why, and what a plan makes of them. */

#include <string.h>

#include "dialogue/smtp-plan.h"

typedef struct
{
  SmtpTlsOption  option;
  const char    *text;
  const char    *value;  /* NULL: the default, or refused */
  int            error;  /* -1: taken */
} Case;

static const Case cases[] = {
  { SMTP_TLS_OPTION_MIN, "1.2", "1.2", -1 },
  { SMTP_TLS_OPTION_MIN, " 1.0 ", "1.0", -1 },
  { SMTP_TLS_OPTION_MIN, "", NULL, -1 },
  { SMTP_TLS_OPTION_MIN, "1.4", NULL, SMTP_TLS_OPTIONS_ERROR_VERSION },
  { SMTP_TLS_OPTION_MIN, "TLS1.2", NULL, SMTP_TLS_OPTIONS_ERROR_VERSION },
  { SMTP_TLS_OPTION_MAX, "1.3", "1.3", -1 },
  { SMTP_TLS_OPTION_MAX, "1", NULL, SMTP_TLS_OPTIONS_ERROR_VERSION },
  { SMTP_TLS_OPTION_MAX, "\xff", NULL, SMTP_TLS_OPTIONS_ERROR_VERSION },
  { SMTP_TLS_OPTION_PRIORITY, "NORMAL:-VERS-TLS1.3", "NORMAL:-VERS-TLS1.3", -1 },
  { SMTP_TLS_OPTION_PRIORITY, "whatever", "whatever", -1 },
  { SMTP_TLS_OPTION_SNI, "mail.example.test", "mail.example.test", -1 },
  { SMTP_TLS_OPTION_SNI, "-", "-", -1 },
  { SMTP_TLS_OPTION_SNI, "bücher.example", "xn--bcher-kva.example", -1 },
  { SMTP_TLS_OPTION_SNI, "a b", NULL, SMTP_TLS_OPTIONS_ERROR_NAME },
  { SMTP_TLS_OPTION_SNI, "a\r\nb", NULL, SMTP_TLS_OPTIONS_ERROR_NAME },
  { SMTP_TLS_OPTION_VERIFY_NAME, "mx.example.test", "mx.example.test", -1 },
  { SMTP_TLS_OPTION_VERIFY_NAME, "192.0.2.1", "192.0.2.1", -1 },
  { SMTP_TLS_OPTION_VERIFY_NAME, "2001:db8::1", "2001:db8::1", -1 },
  { SMTP_TLS_OPTION_VERIFY_NAME, "-", NULL, SMTP_TLS_OPTIONS_ERROR_NAME },
  { SMTP_TLS_OPTION_VERIFY_NAME, "\xff\xfe", NULL, SMTP_TLS_OPTIONS_ERROR_NAME },
  { SMTP_TLS_OPTION_VERIFY_NAME, "x@y.example", NULL, SMTP_TLS_OPTIONS_ERROR_NAME },
  { SMTP_TLS_OPTION_TRUST, "system", "system", -1 },
  { SMTP_TLS_OPTION_TRUST, "file", "file", -1 },
  { SMTP_TLS_OPTION_TRUST, "both", "both", -1 },
  { SMTP_TLS_OPTION_TRUST, "nobody", NULL, SMTP_TLS_OPTIONS_ERROR_CHOICE },
  { SMTP_TLS_OPTION_CA_FILE, "/etc/ssl/ca.pem", "/etc/ssl/ca.pem", -1 },
  { SMTP_TLS_OPTION_CERT_FILE, "pkcs11:token=x", "pkcs11:token=x", -1 },
  { SMTP_TLS_OPTION_KEY_FILE, "my key.pem", "my key.pem", -1 },
  { SMTP_TLS_OPTION_KEYLOG_FILE, "keys", "keys", -1 },
  { SMTP_TLS_OPTION_STRICT, "yes", "yes", -1 },
  { SMTP_TLS_OPTION_STRICT, "no", "no", -1 },
  { SMTP_TLS_OPTION_STRICT, "maybe", NULL, SMTP_TLS_OPTIONS_ERROR_CHOICE },
};

static void
test_values (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SmtpTlsOptions) options = smtp_tls_options_new ();
      g_autoptr (GError) error = NULL;
      gboolean taken = smtp_tls_options_set (options, cases[i].option, cases[i].text, &error);

      g_assert_cmpint (taken, ==, cases[i].error < 0);
      g_assert_cmpstr (smtp_tls_options_get (options, cases[i].option), ==, cases[i].value);
      if (cases[i].error >= 0)
        g_assert_error (error, SMTP_TLS_OPTIONS_ERROR, cases[i].error);
      else
        g_assert_no_error (error);
    }
}

/* A refused value leaves the one before it, an empty one takes it away. */
static void
test_again (void)
{
  g_autoptr (SmtpTlsOptions) options = smtp_tls_options_new ();

  g_assert_true (smtp_tls_options_set (options, SMTP_TLS_OPTION_MIN, "1.2", NULL));
  g_assert_false (smtp_tls_options_set (options, SMTP_TLS_OPTION_MIN, "2.0", NULL));
  g_assert_cmpint (smtp_tls_options_get_min (options), ==, SMTP_TLS_VERSION_1_2);
  g_assert_true (smtp_tls_options_set (options, SMTP_TLS_OPTION_MIN, "  ", NULL));
  g_assert_cmpint (smtp_tls_options_get_min (options), ==, SMTP_TLS_VERSION_DEFAULT);
}

static void
test_defaults (void)
{
  g_autoptr (SmtpTlsOptions) options = smtp_tls_options_new ();

  for (SmtpTlsOption option = 0; option < SMTP_TLS_N_OPTIONS; option++)
    g_assert_null (smtp_tls_options_get (options, option));
  g_assert_cmpint (smtp_tls_options_get_min (options), ==, SMTP_TLS_VERSION_DEFAULT);
  g_assert_cmpint (smtp_tls_options_get_max (options), ==, SMTP_TLS_VERSION_DEFAULT);
  g_assert_true (smtp_tls_options_trusts_system (options));
  g_assert_false (smtp_tls_options_is_strict (options));
  g_assert_true (smtp_tls_options_check (options, NULL));
}

static void
test_versions (void)
{
  static const char *const texts[] = { "", "1.0", "1.1", "1.2", "1.3" };

  for (int min = 0; min < (int) G_N_ELEMENTS (texts); min++)
    {
      for (int max = 0; max < (int) G_N_ELEMENTS (texts); max++)
        {
          g_autoptr (SmtpTlsOptions) options = smtp_tls_options_new ();
          g_autoptr (GError) error = NULL;
          gboolean is_good = min == 0 || max == 0 || min <= max;

          g_assert_true (smtp_tls_options_set (options, SMTP_TLS_OPTION_MIN, texts[min], NULL));
          g_assert_true (smtp_tls_options_set (options, SMTP_TLS_OPTION_MAX, texts[max], NULL));
          g_assert_cmpint (smtp_tls_options_get_min (options), ==, min);
          g_assert_cmpint (smtp_tls_options_get_max (options), ==, max);
          g_assert_cmpint (smtp_tls_options_check (options, &error), ==, is_good);
          if (!is_good)
            g_assert_error (error, SMTP_TLS_OPTIONS_ERROR, SMTP_TLS_OPTIONS_ERROR_RANGE);
        }
    }
}

static void
test_trust (void)
{
  static const struct
  {
    const char *trust;
    const char *file;
    gboolean    is_good;
    gboolean    trusts_system;
  } trusts[] = {
    { "", "", TRUE, TRUE },      { "", "ca.pem", TRUE, FALSE },      { "system", "", TRUE, TRUE },
    { "system", "ca.pem", TRUE, TRUE }, { "file", "ca.pem", TRUE, FALSE }, { "both", "ca.pem", TRUE, TRUE },
    { "file", "", FALSE, FALSE }, { "both", "", FALSE, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (trusts); i++)
    {
      g_autoptr (SmtpTlsOptions) options = smtp_tls_options_new ();
      g_autoptr (GError) error = NULL;

      g_assert_true (smtp_tls_options_set (options, SMTP_TLS_OPTION_TRUST, trusts[i].trust, NULL));
      g_assert_true (smtp_tls_options_set (options, SMTP_TLS_OPTION_CA_FILE, trusts[i].file, NULL));
      g_assert_cmpint (smtp_tls_options_trusts_system (options), ==, trusts[i].trusts_system);
      g_assert_cmpint (smtp_tls_options_check (options, &error), ==, trusts[i].is_good);
      if (!trusts[i].is_good)
        g_assert_error (error, SMTP_TLS_OPTIONS_ERROR, SMTP_TLS_OPTIONS_ERROR_NO_CA_FILE);
    }
}

static void
test_key_alone (void)
{
  g_autoptr (SmtpTlsOptions) options = smtp_tls_options_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (smtp_tls_options_set (options, SMTP_TLS_OPTION_KEY_FILE, "key.pem", NULL));
  g_assert_false (smtp_tls_options_check (options, &error));
  g_assert_error (error, SMTP_TLS_OPTIONS_ERROR, SMTP_TLS_OPTIONS_ERROR_NO_CERTIFICATE);
  g_assert_true (smtp_tls_options_set (options, SMTP_TLS_OPTION_CERT_FILE, "cert.pem", NULL));
  g_assert_true (smtp_tls_options_check (options, NULL));
}

static void
test_strict (void)
{
  g_autoptr (SmtpTlsOptions) options = smtp_tls_options_new ();

  g_assert_true (smtp_tls_options_set (options, SMTP_TLS_OPTION_STRICT, "yes", NULL));
  g_assert_true (smtp_tls_options_is_strict (options));
  g_assert_true (smtp_tls_options_set (options, SMTP_TLS_OPTION_STRICT, "no", NULL));
  g_assert_false (smtp_tls_options_is_strict (options));
}

/* Each error is shown at an option that can bring it about. */
static void
test_error_options (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SmtpTlsOption option;

      if (cases[i].error < 0)
        continue;
      option = smtp_tls_options_error_to_option (cases[i].error);
      g_assert_cmpint (option, <, SMTP_TLS_N_OPTIONS);
      if (cases[i].error == SMTP_TLS_OPTIONS_ERROR_VERSION)
        g_assert_cmpint (option, ==, SMTP_TLS_OPTION_MIN);
    }
  g_assert_cmpint (smtp_tls_options_error_to_option (SMTP_TLS_OPTIONS_ERROR_CA_READ), ==, SMTP_TLS_OPTION_CA_FILE);
  g_assert_cmpint (smtp_tls_options_error_to_option (SMTP_TLS_OPTIONS_ERROR_CERT_READ), ==, SMTP_TLS_OPTION_CERT_FILE);
  g_assert_cmpint (smtp_tls_options_error_to_option (SMTP_TLS_OPTIONS_ERROR_KEY_READ), ==, SMTP_TLS_OPTION_KEY_FILE);
  g_assert_cmpint (smtp_tls_options_error_to_option (SMTP_TLS_OPTIONS_ERROR_KEYLOG), ==, SMTP_TLS_OPTION_KEYLOG_FILE);
}

/* What a plan sends and looks for, if nothing was said about it: the host, and no address as a server name. */
static void
test_plan_names (void)
{
  static const struct
  {
    const char *host;
    const char *sni;
    const char *verify_name;
    const char *sent;
    const char *looked_for;
  } names[] = {
    { "mail.example.test", "", "", "mail.example.test", "mail.example.test" },
    { "192.0.2.1", "", "", NULL, "192.0.2.1" },
    { "[2001:db8::1]", "", "", NULL, "2001:db8::1" },
    { "mail.example.test", "-", "", NULL, "mail.example.test" },
    { "mail.example.test", "other.example.test", "", "other.example.test", "mail.example.test" },
    { "192.0.2.1", "mail.example.test", "", "mail.example.test", "192.0.2.1" },
    { "192.0.2.1", "", "mail.example.test", NULL, "mail.example.test" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (SmtpPlan) plan = smtp_plan_new ();

      g_assert_true (smtp_plan_set (plan, SMTP_PLAN_HOST, names[i].host, NULL));
      g_assert_true (smtp_plan_set_tls (plan, SMTP_TLS_OPTION_SNI, names[i].sni, NULL));
      g_assert_true (smtp_plan_set_tls (plan, SMTP_TLS_OPTION_VERIFY_NAME, names[i].verify_name, NULL));
      g_assert_cmpstr (smtp_plan_get_sni (plan), ==, names[i].sent);
      g_assert_cmpstr (smtp_plan_get_verify_name (plan), ==, names[i].looked_for);
    }
}

/* The port says how encryption begins, until somebody else does (RFC 8314 section 3.3). */
static void
test_plan_security (void)
{
  static const struct
  {
    const char   *port;
    const char   *security;
    SmtpSecurity  expected;
  } securities[] = {
    { "465", "", SMTP_SECURITY_TLS },
    { "25", "", SMTP_SECURITY_STARTTLS },
    { "587", "", SMTP_SECURITY_STARTTLS },
    { "465", "none", SMTP_SECURITY_NONE },
    { "25", "tls", SMTP_SECURITY_TLS },
    { "25", "starttls-required", SMTP_SECURITY_STARTTLS_REQUIRED },
  };
  g_autoptr (SmtpPlan) bad = smtp_plan_new ();
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (securities); i++)
    {
      g_autoptr (SmtpPlan) plan = smtp_plan_new ();

      g_assert_true (smtp_plan_set (plan, SMTP_PLAN_PORT, securities[i].port, NULL));
      g_assert_true (smtp_plan_set (plan, SMTP_PLAN_SECURITY, securities[i].security, NULL));
      g_assert_cmpint (smtp_plan_get_security (plan), ==, securities[i].expected);
    }

  g_assert_false (smtp_plan_set (bad, SMTP_PLAN_SECURITY, "ssl", &error));
  g_assert_error (error, SMTP_PLAN_ERROR, SMTP_PLAN_ERROR_CHOICE);
}

/* A plan is as good as its options. */
static void
test_plan_check (void)
{
  g_autoptr (SmtpPlan) plan = smtp_plan_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (smtp_plan_set (plan, SMTP_PLAN_HOST, "mail.example.test", NULL));
  g_assert_true (smtp_plan_set (plan, SMTP_PLAN_STOP_AFTER, "ehlo", NULL));
  g_assert_true (smtp_plan_set_tls (plan, SMTP_TLS_OPTION_MIN, "1.3", NULL));
  g_assert_true (smtp_plan_check (plan, NULL));
  g_assert_true (smtp_plan_set_tls (plan, SMTP_TLS_OPTION_MAX, "1.2", NULL));
  g_assert_false (smtp_plan_check (plan, &error));
  g_assert_error (error, SMTP_TLS_OPTIONS_ERROR, SMTP_TLS_OPTIONS_ERROR_RANGE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tls-options/values", test_values);
  g_test_add_func ("/tls-options/again", test_again);
  g_test_add_func ("/tls-options/defaults", test_defaults);
  g_test_add_func ("/tls-options/versions", test_versions);
  g_test_add_func ("/tls-options/trust", test_trust);
  g_test_add_func ("/tls-options/key-alone", test_key_alone);
  g_test_add_func ("/tls-options/strict", test_strict);
  g_test_add_func ("/tls-options/error-options", test_error_options);
  g_test_add_func ("/tls-options/plan-names", test_plan_names);
  g_test_add_func ("/tls-options/plan-security", test_plan_security);
  g_test_add_func ("/tls-options/plan-check", test_plan_check);

  return g_test_run ();
}
