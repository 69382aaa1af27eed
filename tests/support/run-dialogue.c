/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "support/run-dialogue.h"

#include <string.h>

#include "dialogue/smtp-dialogue.h"

#define TICK_US 10000

typedef struct
{
  SmtpDialogue      *dialogue;
  SmtpTranscript    *transcript;
  const char *const *event;  /* the next one */
  gint64             now;
} Play;

static SmtpPlan *
make_plan (const char *const *settings)
{
  static const struct
  {
    const char    *name;
    SmtpPlanField  field;
  } fields[] = {
    { "host", SMTP_PLAN_HOST }, { "port", SMTP_PLAN_PORT }, { "helo", SMTP_PLAN_EHLO_NAME },
    { "from", SMTP_PLAN_SENDER }, { "to", SMTP_PLAN_RECIPIENT }, { "stop", SMTP_PLAN_STOP_AFTER },
    { "close", SMTP_PLAN_CLOSE }, { "security", SMTP_PLAN_SECURITY },
  };
  SmtpPlan *plan = smtp_plan_new ();
  g_autoptr (GError) error = NULL;

  smtp_plan_set (plan, SMTP_PLAN_HOST, "192.0.2.25", NULL);
  smtp_plan_set (plan, SMTP_PLAN_PORT, "25", NULL);
  smtp_plan_set (plan, SMTP_PLAN_EHLO_NAME, "pc.example.org", NULL);

  for (; *settings != NULL; settings++)
    {
      g_auto (GStrv) pair = g_strsplit (*settings, "=", 2);
      gboolean found = FALSE;

      if (strcmp (pair[0], "message") == 0)
        {
          g_autoptr (GBytes) message = g_bytes_new (pair[1], strlen (pair[1]));

          smtp_plan_set_message (plan, message);
          continue;
        }
      for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
        {
          if (strcmp (pair[0], fields[i].name) == 0)
            found = smtp_plan_set (plan, fields[i].field, pair[1], &error);
        }
      g_assert_no_error (error);
      g_assert_true (found);
    }

  smtp_plan_check (plan, &error);
  g_assert_no_error (error);

  return plan;
}

static void
fail (Play       *play,
      const char *name)
{
  static const struct
  {
    const char  *name;
    SmtpFailure  failure;
    const char  *detail;
  } failures[] = {
    { "refused", SMTP_FAILURE_CONNECTION_REFUSED, "Connection refused" },
    { "unreachable", SMTP_FAILURE_UNREACHABLE, "No route to host" },
    { "no-such-name", SMTP_FAILURE_NO_SUCH_NAME, NULL },
    { "lookup", SMTP_FAILURE_LOOKUP, NULL },
    { "timeout", SMTP_FAILURE_TIMEOUT, NULL },
    { "closed", SMTP_FAILURE_CLOSED, NULL },
    { "reset", SMTP_FAILURE_RESET, "Connection reset by peer" },
    { "cancelled", SMTP_FAILURE_CANCELLED, NULL },
    { "file", SMTP_FAILURE_FILE, "Input/output error" },
    { "io", SMTP_FAILURE_IO, "Broken pipe" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      if (strcmp (failures[i].name, name) == 0)
        {
          smtp_dialogue_fail (play->dialogue, failures[i].failure, failures[i].detail, play->now);
          return;
        }
    }
  g_error ("-%s?", name);
}

/* Does what a step asks for as far as no event is needed for it. */
static void
perform (Play     *play,
         SmtpStep *step)
{
  const char *next = *play->event;

  switch (smtp_step_get_kind (step))
    {
    case SMTP_STEP_CONNECT:
      if (next == NULL || *next != '-')
        {
          play->now += TICK_US;
          smtp_dialogue_connected (play->dialogue, "192.0.2.9:40112", "192.0.2.9", play->now);
        }
      break;
    case SMTP_STEP_CONTENT:
      smtp_dialogue_content_progress (play->dialogue, 412, 412, 0, play->now);
      if (next != NULL && strcmp (next, "~") == 0)
        play->event++;
      else
        smtp_dialogue_content_complete (play->dialogue, play->now);
      break;
    case SMTP_STEP_CLOSE:
      smtp_dialogue_closed (play->dialogue, play->now);
      break;
    case SMTP_STEP_LOOKUP:
    case SMTP_STEP_GREETING:
    case SMTP_STEP_COMMAND:
    case SMTP_STEP_UNASKED:
    default:
      break;
    }
}

static void
pump (Play *play)
{
  SmtpStep *step;

  while ((step = smtp_dialogue_next (play->dialogue, play->now)) != NULL)
    {
      smtp_transcript_append (play->transcript, step);
      if (!smtp_step_is_settled (step))
        perform (play, step);
      g_object_unref (step);
    }
}

static void
happen (Play       *play,
        const char *event)
{
  if (*event == '#')
    {
      play->now += g_ascii_strtoll (event + 1, NULL, 10) * 1000;
      return;
    }

  play->now += TICK_US;
  if (*event == '@')
    {
      g_auto (GStrv) addresses = g_strsplit (event + 1, " ", -1);

      smtp_dialogue_looked_up (play->dialogue, (const char *const *) addresses, play->now);
    }
  else if (*event == '-' && g_ascii_islower (event[1]))
    {
      fail (play, event + 1);
    }
  else if (*event == '=')
    {
      gsize length;
      g_autofree guchar *bytes = g_base64_decode (event + 1, &length);

      smtp_dialogue_receive (play->dialogue, (const char *) bytes, length, play->now);
    }
  else
    {
      smtp_dialogue_receive (play->dialogue, event, strlen (event), play->now);
    }
}

DialogueRun *
dialogue_run_new (const char *const *plan,
                  const char *const *events)
{
  DialogueRun *self = g_new0 (DialogueRun, 1);
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("+01:00");
  g_autoptr (GDateTime) started = g_date_time_new (zone, 2026, 11, 23, 10, 0, 0);
  g_autoptr (SmtpDialogue) dialogue = NULL;
  Play play = { NULL, NULL, events, 0 };

  self->plan = make_plan (plan);
  self->transcript = smtp_transcript_new (started);
  dialogue = smtp_dialogue_new (self->plan);
  play.dialogue = dialogue;
  play.transcript = self->transcript;

  pump (&play);
  while (*play.event != NULL)
    {
      g_assert_false (smtp_dialogue_is_done (dialogue));
      happen (&play, *play.event++);
      pump (&play);
    }

  self->done = smtp_dialogue_is_done (dialogue);
  self->diagnosis = smtp_diagnosis_new (self->plan, self->transcript);

  return self;
}

void
dialogue_run_free (DialogueRun *self)
{
  smtp_diagnosis_free (self->diagnosis);
  g_object_unref (self->transcript);
  smtp_plan_unref (self->plan);
  g_free (self);
}

/* The last step with this verb. */
SmtpStep *
dialogue_run_find (DialogueRun *self,
                   SmtpVerb     verb)
{
  for (guint i = smtp_transcript_get_n_steps (self->transcript); i-- > 0;)
    {
      SmtpStep *step = smtp_transcript_get_step (self->transcript, i);

      if (smtp_step_get_verb (step) == verb && smtp_step_get_kind (step) <= SMTP_STEP_CONTENT &&
          smtp_step_get_kind (step) != SMTP_STEP_LOOKUP && smtp_step_get_kind (step) != SMTP_STEP_CONNECT)
        return step;
    }

  g_error ("there is no such step");
}

/* A run in which everything is accepted up to @verb, which gets @reply (with its line ends). */
DialogueRun *
dialogue_run_reply (SmtpVerb    verb,
                    const char *reply)
{
  static const char *const plan[] = { "host=192.0.2.25", "to=bob@elsewhere.test", "message=x", NULL };
  static const struct
  {
    SmtpVerb    verb;
    const char *good;
  } usual[] = {
    { SMTP_VERB_CONNECT, "220 mx\r\n" }, { SMTP_VERB_EHLO, "250 mx\r\n" }, { SMTP_VERB_MAIL, "250 ok\r\n" },
    { SMTP_VERB_RCPT, "250 ok\r\n" },    { SMTP_VERB_DATA, "354 go\r\n" }, { SMTP_VERB_CONTENT, "250 ok\r\n" },
    { SMTP_VERB_QUIT, "221 bye\r\n" },
  };
  const char *events[G_N_ELEMENTS (usual) + 1] = { NULL, };
  gsize n = 0;

  for (; n < G_N_ELEMENTS (usual) && usual[n].verb != verb; n++)
    events[n] = usual[n].good;
  g_assert_cmpuint (n, <, G_N_ELEMENTS (usual));
  events[n] = reply;

  return dialogue_run_new (plan, events);
}
