/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Every dialogue file, played to the dialogue without I/O: in one piece, byte by byte, and cut at each
 * point once. Plus the sweep: the user stops at each point, and the server hangs up at each point. */

#include <string.h>

#include "dialogue/smtp-dialogue.h"
#include "support/dialogue-file.h"

typedef struct
{
  DialogueFile   *file;
  SmtpDialogue   *dialogue;
  SmtpTranscript *transcript;
  gint64          now;
  guint           at;         /* the event to come */
  gsize           piece;      /* how many bytes are handed in at once; 0: all */
  gssize          stop_after; /* bytes of the server after which something else happens; -1: never */
  SmtpFailure     stop_with;
  gsize           said;
} Play;

static void
check_sent (Play     *play,
            SmtpStep *step)
{
  SmtpCommand *command = smtp_step_get_command (step);
  Event *event;
  gsize length;
  gsize wanted;
  const char *wire;
  const char *text;

  if (command == NULL || play->stop_after >= 0)
    return;

  g_assert_cmpuint (play->at, <, play->file->events->len);
  event = &g_array_index (play->file->events, Event, play->at++);
  wire = smtp_command_get_wire (command, &length);
  if (event->kind != EVENT_EXPECT)
    g_error ("%s:%d: the client sends %.*s", play->file->path, event->line, (int) length, wire);
  text = g_bytes_get_data (event->bytes, &wanted);
  g_assert_cmpmem (wire, length, text, wanted);
}

static void
perform (Play     *play,
         SmtpStep *step)
{
  check_sent (play, step);

  switch (smtp_step_get_kind (step))
    {
    case SMTP_STEP_CONNECT:
      smtp_dialogue_connected (play->dialogue, "127.0.0.1:40000", "127.0.0.1", play->now);
      break;
    case SMTP_STEP_CONTENT:
      smtp_dialogue_content_progress (play->dialogue, 100, 100, 0, play->now);
      if (play->stop_after >= 0 || g_array_index (play->file->events, Event, play->at).kind == EVENT_MESSAGE)
        {
          play->at++;
          smtp_dialogue_content_complete (play->dialogue, play->now);
        }
      else if (g_array_index (play->file->events, Event, play->at).kind == EVENT_TEXT)
        {
          play->at++;
        }
      break;
    case SMTP_STEP_CLOSE:
      smtp_dialogue_closed (play->dialogue, play->now);
      break;
    case SMTP_STEP_LOOKUP:
    case SMTP_STEP_HANDSHAKE:
    case SMTP_STEP_GREETING:
    case SMTP_STEP_COMMAND:
    case SMTP_STEP_UNASKED:
    default:
      break;
    }
}

static gboolean
is_in_handshake (Play *play)
{
  SmtpStep *step = smtp_dialogue_get_current (play->dialogue);

  return step != NULL && smtp_step_get_kind (step) == SMTP_STEP_HANDSHAKE;
}

/* What a handshake with these certificates of the test PKI shows to a client that trusts its root. */
static SmtpTlsInfo *
make_info (const Event *event)
{
  static const struct
  {
    const char     *chain;
    SmtpTlsFaultId  id;
  } faults[] = {
    { "expired", SMTP_TLS_FAULT_EXPIRED }, { "wrongname", SMTP_TLS_FAULT_NAME_MISMATCH },
    { "selfsigned", SMTP_TLS_FAULT_SELF_SIGNED }, { "wrongorder", SMTP_TLS_FAULT_WRONG_ORDER },
  };
  g_autofree char *version = NULL;
  g_autofree char *chain = event_get_word (event, &version);
  g_autoptr (GBytes) der = g_bytes_new_static ("0", 1);
  SmtpTlsInfo *info = smtp_tls_info_new ();
  SmtpCertificate *certificate = smtp_certificate_new (der);

  info->version = g_strdup (strcmp (version, "1.2") == 0 ? "TLS1.2" : "TLS1.3");
  info->cipher = g_strdup ("TLS_AES_256_GCM_SHA384");
  certificate->subject = g_strdup ("CN=mail.example.test");
  g_ptr_array_add (info->chain, certificate);
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      if (strcmp (faults[i].chain, chain) == 0)
        smtp_tls_info_add_fault (info, faults[i].id, 0, NULL);
    }
  g_assert_cmpint (info->faults->len == 0, ==, strcmp (chain, "good") == 0);

  return info;
}

static void
pump (Play *play)
{
  SmtpStep *step;

  while ((step = smtp_dialogue_next (play->dialogue, ++play->now)) != NULL)
    {
      smtp_transcript_append (play->transcript, step);
      if (!smtp_step_is_settled (step))
        perform (play, step);
      g_object_unref (step);
    }
}

static void
say (Play  *play,
     Event *event)
{
  gsize length;
  const char *bytes = g_bytes_get_data (event->bytes, &length);

  for (gsize at = 0; at < length && !smtp_dialogue_is_done (play->dialogue);)
    {
      gsize n = play->piece > 0 ? MIN (play->piece, length - at) : length - at;
      /* An exact copy, so that reading past the end is seen by the sanitizer. */
      g_autofree char *copy = NULL;

      if (play->stop_after >= 0)
        n = MIN (n, (gsize) play->stop_after - play->said);
      if (n == 0)
        return;
      copy = g_memdup2 (bytes + at, n);
      at += n;
      play->said += n;
      smtp_dialogue_receive (play->dialogue, copy, n, ++play->now);
      pump (play);
    }
}

/* What is said in a handshake that breaks is no business of the dialogue's. */
static gboolean
is_for_tls (Play *play)
{
  return is_in_handshake (play) && play->at < play->file->events->len &&
         g_array_index (play->file->events, Event, play->at).kind == EVENT_BREAK;
}

static void
break_handshake (Play  *play,
                 Event *event)
{
  g_autofree char *detail = NULL;
  g_autofree char *how = event_get_word (event, &detail);
  gsize length;
  const char *bytes;

  if (strcmp (how, "plain") == 0)
    {
      bytes = g_bytes_get_data (g_array_index (play->file->events, Event, play->at - 2).bytes, &length);
      smtp_dialogue_not_tls (play->dialogue, bytes, length, ++play->now);
    }
  else
    {
      g_assert_true (strcmp (how, "alert") == 0 || strcmp (how, "tls") == 0 || strcmp (how, "closed") == 0);
      smtp_dialogue_fail (play->dialogue,
                          strcmp (how, "alert") == 0 ? SMTP_FAILURE_TLS_ALERT
                          : strcmp (how, "tls") == 0 ? SMTP_FAILURE_TLS
                                                     : SMTP_FAILURE_CLOSED,
                          detail, ++play->now);
    }
  pump (play);
}

static void
play_tls (Play  *play,
          Event *event)
{
  g_autoptr (SmtpTlsInfo) info = NULL;

  if (!is_in_handshake (play))
    {
      if (play->stop_after < 0)
        g_error ("%s:%d: the client does not begin TLS", play->file->path, event->line);
      return;
    }

  if (event->kind == EVENT_BREAK)
    {
      break_handshake (play, event);
    }
  else if (event->kind == EVENT_TLS)
    {
      info = make_info (event);
      smtp_dialogue_handshaken (play->dialogue, info, ++play->now);
      pump (play);
    }
}

static void
play_events (Play *play)
{
  pump (play);

  while (play->at < play->file->events->len && !smtp_dialogue_is_done (play->dialogue))
    {
      Event *event = &g_array_index (play->file->events, Event, play->at++);

      if (play->stop_after >= 0 && (gssize) play->said >= play->stop_after)
        break;

      switch (event->kind)
        {
        case EVENT_SAY:
          if (is_for_tls (play))
            play->said += g_bytes_get_size (event->bytes);
          else
            say (play, event);
          break;
        case EVENT_HELLO:
        case EVENT_TLS:
        case EVENT_BREAK:
          play_tls (play, event);
          break;
        case EVENT_CUT:
          smtp_dialogue_fail (play->dialogue, SMTP_FAILURE_TRUNCATED, NULL, ++play->now);
          pump (play);
          break;
        case EVENT_CLOSE:
          smtp_dialogue_fail (play->dialogue, SMTP_FAILURE_CLOSED, NULL, ++play->now);
          pump (play);
          break;
        case EVENT_RESET:
          smtp_dialogue_fail (play->dialogue, SMTP_FAILURE_RESET, "reset", ++play->now);
          pump (play);
          break;
        case EVENT_HUSH:
          smtp_dialogue_fail (play->dialogue, SMTP_FAILURE_TIMEOUT, NULL, ++play->now);
          pump (play);
          break;
        case EVENT_EXPECT:
        case EVENT_MESSAGE:
        case EVENT_TEXT:
        default:
          if (play->stop_after < 0)
            g_error ("%s:%d: the client does not send this", play->file->path, event->line);
          break;
        }
    }

  if (!smtp_dialogue_is_done (play->dialogue) && play->stop_after >= 0)
    {
      smtp_dialogue_fail (play->dialogue, play->stop_with, NULL, ++play->now);
      pump (play);
    }
}

static void
play_file (const char  *path,
           gsize        piece,
           gssize       stop_after,
           SmtpFailure  stop_with)
{
  g_autoptr (DialogueFile) file = dialogue_file_read (path, 25);
  g_autoptr (SmtpDialogue) dialogue = smtp_dialogue_new (file->plan);
  g_autoptr (GDateTime) started = g_date_time_new_from_unix_utc (0);
  g_autoptr (SmtpTranscript) transcript = smtp_transcript_new (started);
  Play play = { file, dialogue, transcript, 0, 0, piece, stop_after, stop_with, 0 };

  play_events (&play);
  g_assert_true (smtp_dialogue_is_done (dialogue));
  g_assert_null (smtp_dialogue_get_current (dialogue));

  if (stop_after < 0)
    {
      dialogue_file_check (file, transcript);
    }
  else
    {
      for (guint i = 0; i < smtp_transcript_get_n_steps (transcript); i++)
        g_assert_true (smtp_step_is_settled (smtp_transcript_get_step (transcript, i)));
    }
}

static gsize
count_bytes (const char *path)
{
  g_autoptr (DialogueFile) file = dialogue_file_read (path, 25);
  gsize n = 0;

  for (guint i = 0; i < file->events->len; i++)
    {
      Event *event = &g_array_index (file->events, Event, i);

      if (event->kind == EVENT_SAY)
        n += g_bytes_get_size (event->bytes);
    }

  return n;
}

static void
test_whole (gconstpointer path)
{
  play_file (path, 0, -1, SMTP_FAILURE_NONE);
}

/* What comes in the same piece as an unexpected reply is shown with it; in small pieces less of it is there
 * when the decision falls. Files for which that matters say so. */
static void
test_pieces (gconstpointer path)
{
  gsize n = count_bytes (path);

  if (strstr (path, "-whole.") != NULL)
    return;

  play_file (path, n < 20000 ? 1 : 9999, -1, SMTP_FAILURE_NONE);
  for (gsize piece = 2; piece <= 7; piece++)
    play_file (path, n < 20000 ? piece : piece * 10001, -1, SMTP_FAILURE_NONE);
}

static void
test_sweep (gconstpointer path)
{
  gsize n = count_bytes (path);
  gsize stride = n > 100000 ? n / 2 : MAX (n / 300, 1);

  for (gsize at = 0; at <= n; at += stride)
    {
      play_file (path, 0, (gssize) at, SMTP_FAILURE_CANCELLED);
      play_file (path, 0, (gssize) at, SMTP_FAILURE_CLOSED);
      play_file (path, 0, (gssize) at, SMTP_FAILURE_TIMEOUT);
    }
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GPtrArray) paths = NULL;

  g_test_init (&argc, &argv, NULL);

  paths = dialogue_file_list ();
  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree char *name = g_path_get_basename (paths->pdata[i]);
      g_autofree char *whole = g_strconcat ("/dialogues/whole/", name, NULL);
      g_autofree char *pieces = g_strconcat ("/dialogues/pieces/", name, NULL);
      g_autofree char *sweep = g_strconcat ("/dialogues/sweep/", name, NULL);

      g_test_add_data_func (whole, paths->pdata[i], test_whole);
      g_test_add_data_func (pieces, paths->pdata[i], test_pieces);
      g_test_add_data_func (sweep, paths->pdata[i], test_sweep);
    }

  return g_test_run ();
}
