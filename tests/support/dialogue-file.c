/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "support/dialogue-file.h"

#include <stdlib.h>
#include <string.h>

#include "diagnosis/smtp-diagnosis.h"

static void
event_clear (gpointer data)
{
  Event *event = data;

  g_clear_pointer (&event->bytes, g_bytes_unref);
}

static GBytes *
unescape (const char *text,
          guint       repeat,
          const char *end)
{
  g_autoptr (GByteArray) once = g_byte_array_new ();
  GByteArray *all = g_byte_array_new ();

  for (; *text != '\0'; text++)
    {
      guint8 byte = (guint8) *text;

      if (*text == '\\' && text[1] == 'x')
        {
          byte = (guint8) (g_ascii_xdigit_value (text[2]) * 16 + g_ascii_xdigit_value (text[3]));
          text += 3;
        }
      else if (*text == '\\' && strchr ("rnt\\", text[1]) != NULL)
        {
          text++;
          byte = *text == 'r' ? '\r' : *text == 'n' ? '\n' : *text == 't' ? '\t' : '\\';
        }
      g_byte_array_append (once, &byte, 1);
    }

  for (guint i = 0; i < repeat; i++)
    g_byte_array_append (all, once->data, once->len);
  g_byte_array_append (all, (const guint8 *) end, (guint) strlen (end));

  return g_byte_array_free_to_bytes (all);
}

static void
add_event (DialogueFile *self,
           EventKind     kind,
           GBytes       *bytes,
           int           line)
{
  Event event = { kind, bytes, 0, line };

  g_array_append_val (self->events, event);
}

/* The same for all that ask for it: some files are read a thousand times. */
static GBytes *
get_text (gsize octets)
{
  static const char line[] = "A line of a long message, and there are many more of its kind.\r\n";
  static GBytes *text;

  if (text == NULL || g_bytes_get_size (text) != octets)
    {
      char *bytes = g_malloc (octets);

      for (gsize i = 0; i < octets; i++)
        bytes[i] = line[i % (sizeof line - 1)];
      g_clear_pointer (&text, g_bytes_unref);
      text = g_bytes_new_take (bytes, octets);
    }

  return text;
}

static void
set_plan (DialogueFile *self,
          const char   *text)
{
  static const struct
  {
    const char    *name;
    SmtpPlanField  field;
  } fields[] = {
    { "host", SMTP_PLAN_HOST }, { "from", SMTP_PLAN_SENDER }, { "to", SMTP_PLAN_RECIPIENT },
    { "helo", SMTP_PLAN_EHLO_NAME }, { "stop", SMTP_PLAN_STOP_AFTER }, { "close", SMTP_PLAN_CLOSE },
    { "security", SMTP_PLAN_SECURITY },
  };
  g_auto (GStrv) words = g_strsplit (text, " ", 2);
  g_autoptr (GError) error = NULL;

  if (strcmp (words[0], "message") == 0)
    {
      g_autoptr (GBytes) message = unescape (words[1], 1, "");

      smtp_plan_set_message (self->plan, message);
      return;
    }
  if (strcmp (words[0], "text") == 0)
    {
      smtp_plan_set_message (self->plan, get_text (strtoul (words[1], NULL, 10)));
      return;
    }
  if (strcmp (words[0], "strict") == 0)
    {
      smtp_plan_set_tls (self->plan, SMTP_TLS_OPTION_STRICT, words[1], &error);
      g_assert_no_error (error);
      return;
    }
  if (strcmp (words[0], "timeout") == 0)
    {
      for (SmtpPhase phase = 0; phase < SMTP_N_PHASES; phase++)
        smtp_plan_set_timeout (self->plan, phase, (guint) atoi (words[1]), &error);
      g_assert_no_error (error);
      return;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      if (strcmp (words[0], fields[i].name) == 0)
        {
          smtp_plan_set (self->plan, fields[i].field, words[1] != NULL ? words[1] : "", &error);
          g_assert_no_error (error);
          return;
        }
    }
  g_error ("%s: plan %s?", self->path, text);
}

static void
read_line (DialogueFile *self,
           const char   *text,
           int           line)
{
  if (*text == '\0' || *text == '#')
    return;

  if (g_str_has_prefix (text, "plan "))
    set_plan (self, text + 5);
  else if (g_str_has_prefix (text, "S "))
    add_event (self, EVENT_SAY, unescape (text + 2, 1, "\r\n"), line);
  else if (g_str_has_prefix (text, "R "))
    add_event (self, EVENT_SAY, unescape (text + 2, 1, ""), line);
  else if (g_str_has_prefix (text, "X "))
    {
      char *end;
      guint n = (guint) strtoul (text + 2, &end, 10);

      add_event (self, EVENT_SAY, unescape (end + 1, n, ""), line);
    }
  else if (g_str_has_prefix (text, "C "))
    add_event (self, EVENT_EXPECT, unescape (text + 2, 1, "\r\n"), line);
  else if (strcmp (text, "M") == 0)
    add_event (self, EVENT_MESSAGE, NULL, line);
  else if (g_str_has_prefix (text, "T "))
    {
      add_event (self, EVENT_TEXT, NULL, line);
      g_array_index (self->events, Event, self->events->len - 1).octets = strtoul (text + 2, NULL, 10);
    }
  else if (strcmp (text, "hello") == 0)
    add_event (self, EVENT_HELLO, NULL, line);
  else if (g_str_has_prefix (text, "tls "))
    add_event (self, EVENT_TLS, unescape (text + 4, 1, ""), line);
  else if (g_str_has_prefix (text, "breaks "))
    add_event (self, EVENT_BREAK, unescape (text + 7, 1, ""), line);
  else if (strcmp (text, "cut") == 0)
    add_event (self, EVENT_CUT, NULL, line);
  else if (strcmp (text, "close") == 0)
    add_event (self, EVENT_CLOSE, NULL, line);
  else if (strcmp (text, "reset") == 0)
    add_event (self, EVENT_RESET, NULL, line);
  else if (strcmp (text, "hush") == 0)
    add_event (self, EVENT_HUSH, NULL, line);
  else if (g_str_has_prefix (text, "= "))
    g_string_append_printf (self->transcript, "%s\n", text + 2);
  else if (g_str_has_prefix (text, "outcome "))
    self->outcome = g_strdup (text + 8);
  else
    g_error ("%s:%d: %s?", self->path, line, text);
}

DialogueFile *
dialogue_file_read (const char *path,
                    guint16     port)
{
  DialogueFile *self = g_new0 (DialogueFile, 1);
  g_autofree char *text = NULL;
  g_autofree char *port_text = g_strdup_printf ("%u", port);
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;

  self->path = g_strdup (path);
  self->plan = smtp_plan_new ();
  self->events = g_array_new (FALSE, FALSE, sizeof (Event));
  g_array_set_clear_func (self->events, event_clear);
  self->transcript = g_string_new (NULL);

  smtp_plan_set (self->plan, SMTP_PLAN_HOST, "127.0.0.1", NULL);
  smtp_plan_set (self->plan, SMTP_PLAN_PORT, port_text, NULL);
  smtp_plan_set (self->plan, SMTP_PLAN_EHLO_NAME, "pc.example.org", NULL);

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (int i = 0; lines[i] != NULL; i++)
    read_line (self, lines[i], i + 1);

  smtp_plan_check (self->plan, &error);
  g_assert_no_error (error);
  g_assert_nonnull (self->outcome);

  return self;
}

void
dialogue_file_free (DialogueFile *self)
{
  g_free (self->path);
  smtp_plan_unref (self->plan);
  g_array_unref (self->events);
  g_string_free (self->transcript, TRUE);
  g_free (self->outcome);
  g_free (self);
}

/* The text of an event up to a space, and what is behind it. */
char *
event_get_word (const Event  *event,
                char        **rest)
{
  gsize length;
  const char *bytes = g_bytes_get_data (event->bytes, &length);
  g_autofree char *text = g_strndup (bytes, length);
  char *space = strchr (text, ' ');

  *rest = g_strdup (space != NULL ? space + 1 : "");

  return g_strndup (text, space != NULL ? (gsize) (space - text) : length);
}

static void
append_faults (GString     *text,
               SmtpTlsInfo *tls)
{
  for (guint i = 0; tls != NULL && i < tls->faults->len; i++)
    g_string_append_printf (text, " %s", smtp_tls_fault_to_id (((SmtpTlsFault *) tls->faults->pdata[i])->id));
}

/* One line a step: verb or kind, verdict, code, flaws. */
char *
dialogue_file_summarise (SmtpTranscript *transcript)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < smtp_transcript_get_n_steps (transcript); i++)
    {
      SmtpStep *step = smtp_transcript_get_step (transcript, i);
      SmtpReply *reply = smtp_step_get_reply (step);
      const char *name = smtp_step_get_command (step) != NULL ? smtp_verb_to_string (smtp_step_get_verb (step))
                                                              : smtp_step_kind_to_id (smtp_step_get_kind (step));

      g_string_append_printf (text, "%s %s", name, smtp_verdict_to_id (smtp_step_get_verdict (step)));
      if (reply != NULL)
        {
          g_string_append_printf (text, " %u", smtp_reply_get_code (reply));
          for (int bit = 0; bit < SMTP_REPLY_N_FLAWS; bit++)
            {
              if ((smtp_reply_get_flaws (reply) & 1u << bit) != 0)
                g_string_append_printf (text, " %s", smtp_reply_flaw_to_id (1u << bit));
            }
        }
      append_faults (text, smtp_step_get_tls (step));
      g_string_append_c (text, '\n');
    }

  return g_string_free (text, FALSE);
}

void
dialogue_file_check (DialogueFile   *self,
                     SmtpTranscript *transcript)
{
  g_autofree char *summary = dialogue_file_summarise (transcript);
  g_autoptr (SmtpDiagnosis) diagnosis = smtp_diagnosis_new (self->plan, transcript);
  g_autofree char *outcome = g_strdup_printf ("%s %s %d", smtp_outcome_to_id (smtp_diagnosis_get_outcome (diagnosis)),
                                              smtp_diagnosis_get_reason (diagnosis),
                                              smtp_diagnosis_get_exit_status (diagnosis));

  if (strcmp (summary, self->transcript->str) != 0 || strcmp (outcome, self->outcome) != 0)
    {
      g_printerr ("%s\n--- transcript expected\n%s--- transcript found\n%s--- outcome expected: %s, found: %s\n",
                  self->path, self->transcript->str, summary, self->outcome, outcome);
      g_test_fail ();
    }

  /* Whatever happens, people get words for it. */
  g_assert_true (smtp_diagnosis_get_headline (diagnosis) != NULL && *smtp_diagnosis_get_headline (diagnosis) != '\0');
  g_assert_true (smtp_diagnosis_get_verdict (diagnosis) != NULL && *smtp_diagnosis_get_verdict (diagnosis) != '\0');
  for (guint i = 0; i < smtp_transcript_get_n_steps (transcript); i++)
    g_assert_true (smtp_step_is_settled (smtp_transcript_get_step (transcript, i)));
}

GPtrArray *
dialogue_file_list (void)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "dialogues", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      if (g_str_has_suffix (name, ".dialogue"))
        g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
    }
  g_assert_cmpuint (paths->len, >, 0);

  return paths;
}
