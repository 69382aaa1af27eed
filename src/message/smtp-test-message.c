/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "message/smtp-test-message.h"

#include "config.h"

#define SHOWN_RECIPIENTS 20

static void
append_addresses (GString            *text,
                  const char * const *recipients)
{
  if (g_strv_length ((char **) recipients) > SHOWN_RECIPIENTS)
    {
      g_string_append (text, "To: undisclosed-recipients:;\r\n");
      return;
    }

  g_string_append (text, "To: ");
  for (int i = 0; recipients[i] != NULL; i++)
    g_string_append_printf (text, "%s<%s>", i > 0 ? ",\r\n " : "", recipients[i]);
  g_string_append (text, "\r\n");
}

/* Day and month names are English whatever the locale (RFC 5322 section 3.3). */
static char *
format_date (GDateTime *date)
{
  static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
  static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  int offset = (int) (g_date_time_get_utc_offset (date) / G_TIME_SPAN_MINUTE);

  return g_strdup_printf ("%s, %d %s %d %02d:%02d:%02d %c%02d%02d", days[g_date_time_get_day_of_week (date) - 1],
                          g_date_time_get_day_of_month (date), months[g_date_time_get_month (date) - 1],
                          g_date_time_get_year (date), g_date_time_get_hour (date), g_date_time_get_minute (date),
                          g_date_time_get_second (date), offset < 0 ? '-' : '+', ABS (offset) / 60, ABS (offset) % 60);
}

/**
 * smtp_test_message_new:
 * @sender: the reverse-path; "" for the null reverse-path
 * @recipients: (array zero-terminated=1): the forward-paths
 * @date: the date to give it
 * @id_left: the part of its Message-ID before the @
 * @id_domain: the part behind it
 *
 * Makes the built-in test message. All arguments are expected to have been checked: ASCII without control
 * characters.
 *
 * Returns: (transfer full): the message with CRLF line ends
 */
GBytes *
smtp_test_message_new (const char         *sender,
                       const char * const *recipients,
                       GDateTime          *date,
                       const char         *id_left,
                       const char         *id_domain)
{
  GString *text = g_string_new (NULL);
  g_autofree char *when = format_date (date);

  g_string_append_printf (text, "Date: %s\r\n", when);
  if (*sender != '\0')
    g_string_append_printf (text, "From: <%s>\r\n", sender);
  else
    g_string_append_printf (text, "From: \"SMTP Probe\" <postmaster@%s>\r\n", id_domain);
  append_addresses (text, recipients);
  g_string_append_printf (text,
                          "Subject: Test message from SMTP Probe\r\n"
                          "Message-ID: <%s@%s>\r\n"
                          "Auto-Submitted: auto-generated\r\n"
                          "MIME-Version: 1.0\r\n"
                          "Content-Type: text/plain; charset=us-ascii\r\n"
                          "\r\n"
                          "This message was sent with SMTP Probe %s to test a mail server.\r\n"
                          "If it has arrived, the server took it and delivered it.\r\n"
                          "There is no need to answer.\r\n",
                          id_left, id_domain, PACKAGE_VERSION);

  return g_string_free_to_bytes (text);
}
