/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The program's own transcript view under the hand that measures the floor: transcriptbench [OPTION…] [mixed|huge].
 * "mixed" is a long run of commands with one-line replies, "huge" one reply of all the lines. What arrives while the
 * view is on show is mixed in both. */

#include <string.h>

#include "app/probe-transcript-view.h"
#include "dialogue/smtp-step-private.h"
#include "listbench.h"
#include "protocol/smtp-reply-parser.h"

typedef struct
{
  ProbeTranscriptView *view;
  SmtpTranscript      *transcript;
  gboolean             huge;  /* the first rows are one reply */
  gint64               now_us;
} Writer;

static void
append_step (Writer     *writer,
             const char *command,
             const char *raw,
             gsize       length)
{
  g_autoptr (SmtpReplyParser) parser = smtp_reply_parser_new (SMTP_REPLY_DEFAULT_LIMIT);
  g_autoptr (SmtpStep) step = smtp_step_new (SMTP_STEP_COMMAND, SMTP_PHASE_RCPT, SMTP_VERB_RCPT, writer->now_us,
                                             300 * G_USEC_PER_SEC);
  g_autoptr (GError) error = NULL;
  SmtpCommand *sent = smtp_command_new_line (command, &error);
  SmtpReply *reply = NULL;

  g_assert_no_error (error);
  smtp_reply_parser_feed (parser, raw, length, &reply);
  g_assert_nonnull (reply);

  smtp_step_set_command (step, sent);
  smtp_transcript_append (writer->transcript, step);
  smtp_step_note_first_byte (step, writer->now_us + 900);
  smtp_step_set_reply (step, reply, TRUE);
  smtp_step_settle (step, smtp_verdict_weigh (SMTP_VERB_RCPT, reply), writer->now_us + 1000);
  writer->now_us += 1100;
}

static void
append_huge (Writer *writer,
             guint   n_lines)
{
  g_autoptr (GString) raw = g_string_new (NULL);

  for (guint i = 1; i < n_lines; i++)
    g_string_append_printf (raw, "250-2.1.5 Line %u of a long reply, and then some\r\n", i);
  g_string_append (raw, "250 2.1.5 The last line\r\n");
  append_step (writer, "HELP", raw->str, raw->len);
}

static void
append_rows (gpointer data,
             guint    n_rows)
{
  Writer *writer = data;

  gboolean huge = writer->huge;

  writer->huge = FALSE;
  if (huge)
    append_huge (writer, n_rows - 1);

  for (guint n = huge ? n_rows : 0; n < n_rows; n += 2)
    {
      g_autofree char *command = g_strdup_printf ("RCPT TO:<recipient-%u@example.org>", n);
      const char *raw = n % 16 == 0 ? "550 5.7.1 Relaying denied. Sign in first.\r\n" : "250 2.1.5 Recipient OK\r\n";

      append_step (writer, command, raw, strlen (raw));
    }
  probe_transcript_view_sync (writer->view);
}

int
main (int argc, char **argv)
{
  g_autoptr (GDateTime) started = NULL;
  g_autoptr (GError) error = NULL;
  Writer writer = { .now_us = 0 };
  ListBenchPlan plan;
  GtkWidget *window;

  if (!list_bench_plan_parse (&plan, &argc, &argv, &error) || argc > 2 ||
      (argc == 2 && strcmp (argv[1], "mixed") != 0 && strcmp (argv[1], "huge") != 0))
    {
      g_printerr ("transcriptbench: %s\n", error != NULL ? error->message : "mixed or huge?");
      return 2;
    }
  gtk_init ();
  started = g_date_time_new_now_local ();
  writer.huge = argc == 2 && strcmp (argv[1], "huge") == 0;
  writer.transcript = smtp_transcript_new (started);
  writer.view = PROBE_TRANSCRIPT_VIEW (probe_transcript_view_new ());
  probe_transcript_view_set_transcript (writer.view, writer.transcript);

  window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 700);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (writer.view));
  list_bench_run (GTK_WINDOW (window), probe_transcript_view_get_vadjustment (writer.view), append_rows, &writer, &plan);
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (writer.transcript);
  return 0;
}
