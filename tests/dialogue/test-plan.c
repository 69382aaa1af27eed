/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "dialogue/smtp-plan.h"
#include "protocol/smtp-mailbox.h"

static void
test_host (void)
{
  static const struct
  {
    const char *text;
    const char *host;  /* NULL: refused */
    gboolean    literal;
    int         code;
  } cases[] = {
    { "mail.example.test", "mail.example.test", FALSE, 0 },
    { "  mail.example.test ", "mail.example.test", FALSE, 0 },
    { "mail.example.test.", "mail.example.test.", FALSE, 0 },
    { "localhost", "localhost", FALSE, 0 },
    { "under_score.example.test", "under_score.example.test", FALSE, 0 },
    { "bücher.example", "xn--bcher-kva.example", FALSE, 0 },
    { "192.0.2.1", "192.0.2.1", TRUE, 0 },
    { "[192.0.2.1]", "192.0.2.1", TRUE, 0 },
    { "2001:db8::1", "2001:db8::1", TRUE, 0 },
    { "[2001:db8::1]", "2001:db8::1", TRUE, 0 },
    { "[IPv6:2001:db8::1]", "2001:db8::1", TRUE, 0 },
    { "", NULL, FALSE, SMTP_PLAN_ERROR_HOST_EMPTY },
    { "   ", NULL, FALSE, SMTP_PLAN_ERROR_HOST_EMPTY },
    { "a b", NULL, FALSE, SMTP_PLAN_ERROR_HOST_CONTROL },
    { "a\r\nQUIT", NULL, FALSE, SMTP_PLAN_ERROR_HOST_CONTROL },
    { "a\x01", NULL, FALSE, SMTP_PLAN_ERROR_HOST_CONTROL },
    { "\xff", NULL, FALSE, SMTP_PLAN_ERROR_HOST_CONTROL },
    { "300.1.1.1", NULL, FALSE, SMTP_PLAN_ERROR_HOST_SYNTAX },
    { "1.2.3", NULL, FALSE, SMTP_PLAN_ERROR_HOST_SYNTAX },
    { "[nonsense]", NULL, FALSE, SMTP_PLAN_ERROR_HOST_SYNTAX },
    { "-bad.example", NULL, FALSE, SMTP_PLAN_ERROR_HOST_SYNTAX },
    { "a..b", NULL, FALSE, SMTP_PLAN_ERROR_HOST_SYNTAX },
    { "host:25", NULL, FALSE, SMTP_PLAN_ERROR_HOST_SYNTAX },
    { "user@host", NULL, FALSE, SMTP_PLAN_ERROR_HOST_SYNTAX },
    { ".", NULL, FALSE, SMTP_PLAN_ERROR_HOST_SYNTAX },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SmtpPlan) plan = smtp_plan_new ();
      g_autoptr (GError) error = NULL;
      gboolean taken = smtp_plan_set (plan, SMTP_PLAN_HOST, cases[i].text, &error);

      g_test_message ("'%s'", i == 16 ? "(not UTF-8)" : cases[i].text);
      g_assert_cmpstr (smtp_plan_get_host (plan), ==, cases[i].host);
      if (cases[i].host != NULL)
        {
          g_assert_true (taken);
          g_assert_cmpint (smtp_plan_is_literal (plan), ==, cases[i].literal);
        }
      else
        {
          g_assert_error (error, SMTP_PLAN_ERROR, cases[i].code);
        }
    }
}

static void
test_target (void)
{
  static const struct
  {
    const char *text;
    const char *host;
    guint16     port;
  } cases[] = {
    { "mail.example.test", "mail.example.test", 25 },
    { "mail.example.test:587", "mail.example.test", 587 },
    { "mail.example.test:submission", "mail.example.test", 587 },
    { "192.0.2.1:2525", "192.0.2.1", 2525 },
    { "2001:db8::1", "2001:db8::1", 25 },
    { "[2001:db8::1]:465", "2001:db8::1", 465 },
    { "[2001:db8::1]", "2001:db8::1", 25 },
    { "smtp://mail.example.test:26", "mail.example.test", 26 },
    { "smtp://mail.example.test/", "mail.example.test", 25 },
    { "mail.example.test:0", NULL, 0 },
    { "mail.example.test:65536", NULL, 0 },
    { "mail.example.test:nosuchservice", NULL, 0 },
    { "mail.example.test:", NULL, 0 },
    { ":25", NULL, 0 },
    { "", NULL, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SmtpPlan) plan = smtp_plan_new ();
      g_autoptr (GError) error = NULL;
      gboolean taken = smtp_plan_set_target (plan, cases[i].text, &error);

      g_test_message ("'%s'", cases[i].text);
      if (cases[i].host != NULL)
        {
          g_assert_no_error (error);
          g_assert_cmpstr (smtp_plan_get_host (plan), ==, cases[i].host);
          g_assert_cmpuint (smtp_plan_get_port (plan), ==, cases[i].port);
        }
      else
        {
          g_assert_false (taken);
          g_assert_true (error->domain == SMTP_PLAN_ERROR);
        }
    }
}

static void
test_ehlo_name (void)
{
  static const char *const good[] = { "pc.example.org", "pc", "[192.0.2.1]", "[IPv6:2001:db8::1]", "" };
  static const char *const bad[] = { "a b", "pc.example.org\r\nMAIL", "[nonsense]", "a..b", "-x", "pc example" };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (SmtpPlan) plan = smtp_plan_new ();

      g_assert_true (smtp_plan_set (plan, SMTP_PLAN_EHLO_NAME, good[i], NULL));
      g_assert_cmpstr (smtp_plan_get_ehlo_name (plan), ==, *good[i] != '\0' ? good[i] : NULL);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (SmtpPlan) plan = smtp_plan_new ();
      g_autoptr (GError) error = NULL;

      g_assert_false (smtp_plan_set (plan, SMTP_PLAN_EHLO_NAME, bad[i], &error));
      g_assert_error (error, SMTP_PLAN_ERROR, SMTP_PLAN_ERROR_EHLO_NAME);
    }
}

static void
test_stop_after (void)
{
  g_autoptr (SmtpPlan) plan = smtp_plan_new ();
  g_autoptr (GBytes) message = g_bytes_new_static ("x", 1);

  g_assert_cmpint (smtp_plan_get_stop_after (plan), ==, SMTP_PHASE_STARTTLS);
  g_assert_true (smtp_plan_set (plan, SMTP_PLAN_RECIPIENT, "a@example.test", NULL));
  g_assert_cmpint (smtp_plan_get_stop_after (plan), ==, SMTP_PHASE_RCPT);
  smtp_plan_set_message (plan, message);
  g_assert_cmpint (smtp_plan_get_stop_after (plan), ==, SMTP_PHASE_FINAL);
  g_assert_true (smtp_plan_set (plan, SMTP_PLAN_STOP_AFTER, "greeting", NULL));
  g_assert_cmpint (smtp_plan_get_stop_after (plan), ==, SMTP_PHASE_GREETING);
  g_assert_false (smtp_plan_set (plan, SMTP_PLAN_STOP_AFTER, "quit", NULL));
  g_assert_cmpint (smtp_plan_get_stop_after (plan), ==, SMTP_PHASE_GREETING);
}

static void
check_fails (SmtpPlan *plan,
             int       code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (smtp_plan_check (plan, &error));
  g_assert_error (error, SMTP_PLAN_ERROR, code);
}

static void
test_check (void)
{
  g_autoptr (SmtpPlan) plan = smtp_plan_new ();

  check_fails (plan, SMTP_PLAN_ERROR_HOST_EMPTY);
  g_assert_true (smtp_plan_set (plan, SMTP_PLAN_HOST, "192.0.2.1", NULL));
  g_assert_true (smtp_plan_check (plan, NULL));
  g_assert_true (smtp_plan_set (plan, SMTP_PLAN_FAMILY, "ipv6", NULL));
  check_fails (plan, SMTP_PLAN_ERROR_FAMILY);
  g_assert_true (smtp_plan_set (plan, SMTP_PLAN_FAMILY, "any", NULL));
  g_assert_true (smtp_plan_set (plan, SMTP_PLAN_STOP_AFTER, "rcpt", NULL));
  check_fails (plan, SMTP_PLAN_ERROR_NO_RECIPIENTS);
  g_assert_true (smtp_plan_set (plan, SMTP_PLAN_RECIPIENT, "Bob <b@example.test>", NULL));
  g_assert_cmpstr (smtp_plan_get_recipient (plan, 0), ==, "b@example.test");
  g_assert_true (smtp_plan_check (plan, NULL));
  g_assert_true (smtp_plan_set (plan, SMTP_PLAN_STOP_AFTER, "message", NULL));
  check_fails (plan, SMTP_PLAN_ERROR_NO_MESSAGE);
}

static void
test_timeouts (void)
{
  g_autoptr (SmtpPlan) plan = smtp_plan_new ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (smtp_plan_get_timeout_us (plan, SMTP_PHASE_RCPT), ==, 30 * G_USEC_PER_SEC);
  g_assert_true (smtp_plan_set (plan, SMTP_PLAN_TIMEOUTS, "rfc", NULL));
  /* RFC 5321 section 4.5.3.2 */
  g_assert_cmpint (smtp_plan_get_timeout_us (plan, SMTP_PHASE_GREETING), ==, 300 * G_USEC_PER_SEC);
  g_assert_cmpint (smtp_plan_get_timeout_us (plan, SMTP_PHASE_MAIL), ==, 300 * G_USEC_PER_SEC);
  g_assert_cmpint (smtp_plan_get_timeout_us (plan, SMTP_PHASE_RCPT), ==, 300 * G_USEC_PER_SEC);
  g_assert_cmpint (smtp_plan_get_timeout_us (plan, SMTP_PHASE_DATA), ==, 120 * G_USEC_PER_SEC);
  g_assert_cmpint (smtp_plan_get_timeout_us (plan, SMTP_PHASE_CONTENT), ==, 180 * G_USEC_PER_SEC);
  g_assert_cmpint (smtp_plan_get_timeout_us (plan, SMTP_PHASE_FINAL), ==, 600 * G_USEC_PER_SEC);
  g_assert_true (smtp_plan_set_timeout (plan, SMTP_PHASE_RCPT, 7, NULL));
  g_assert_cmpint (smtp_plan_get_timeout_us (plan, SMTP_PHASE_RCPT), ==, 7 * G_USEC_PER_SEC);
  g_assert_false (smtp_plan_set_timeout (plan, SMTP_PHASE_RCPT, 0, &error));
  g_assert_error (error, SMTP_PLAN_ERROR, SMTP_PLAN_ERROR_TIMEOUT);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/plan/host", test_host);
  g_test_add_func ("/plan/target", test_target);
  g_test_add_func ("/plan/ehlo-name", test_ehlo_name);
  g_test_add_func ("/plan/stop-after", test_stop_after);
  g_test_add_func ("/plan/check", test_check);
  g_test_add_func ("/plan/timeouts", test_timeouts);

  return g_test_run ();
}
