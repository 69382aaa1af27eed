/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The server says the input, cut anywhere, and hangs up. The dialogue, which is to deliver a message, comes to its
 * end, and every step to its own. */

#include "dialogue/smtp-dialogue.h"
#include "fuzz.h"

/* Does what is to be done, until the dialogue waits for the server. With bad luck there is no TLS where there should
 * be, and the message never gets out. */
static void
pump (SmtpDialogue *dialogue,
      GPtrArray    *steps,
      gboolean      unlucky)
{
  g_autoptr (SmtpTlsInfo) tls = smtp_tls_info_new ();
  SmtpStep *step;

  while ((step = smtp_dialogue_next (dialogue, 0)) != NULL)
    {
      g_ptr_array_add (steps, step);
      g_assert_cmpuint (steps->len, <, 30);
      if (smtp_step_is_settled (step))
        continue;
      if (smtp_step_get_kind (step) == SMTP_STEP_CONNECT)
        smtp_dialogue_connected (dialogue, "127.0.0.1:40000", "127.0.0.1", 0);
      else if (smtp_step_get_kind (step) == SMTP_STEP_HANDSHAKE && unlucky)
        smtp_dialogue_not_tls (dialogue, "220 mx", 6, 0);
      else if (smtp_step_get_kind (step) == SMTP_STEP_HANDSHAKE)
        smtp_dialogue_handshaken (dialogue, tls, 0);
      else if (smtp_step_get_kind (step) == SMTP_STEP_CONTENT && !unlucky)
        smtp_dialogue_content_complete (dialogue, 0);
      else if (smtp_step_get_kind (step) == SMTP_STEP_CLOSE)
        smtp_dialogue_closed (dialogue, 0);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (SmtpPlan) plan = smtp_plan_new ();
  g_autoptr (GBytes) message = g_bytes_new_static ("x", 1);
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (SmtpDialogue) dialogue = NULL;
  guint32 seed = fuzz_seed (data, size);
  gboolean unlucky = fuzz_random (&seed, 8) == 0;
  gsize length;

  smtp_plan_set (plan, SMTP_PLAN_HOST, "127.0.0.1", NULL);
  smtp_plan_set (plan, SMTP_PLAN_RECIPIENT, "a@example.test", NULL);
  smtp_plan_set (plan, SMTP_PLAN_RECIPIENT, "b@example.test", NULL);
  smtp_plan_set_message (plan, message);
  dialogue = smtp_dialogue_new (plan);

  pump (dialogue, steps, unlucky);
  for (size_t at = 0; at < size; at += length)
    {
      g_autofree char *piece = fuzz_piece (data + at, size - at, &seed, &length);

      smtp_dialogue_receive (dialogue, piece, length, 0);
      pump (dialogue, steps, unlucky);
    }
  for (int i = 0; i < 3 && !smtp_dialogue_is_done (dialogue); i++)
    {
      smtp_dialogue_fail (dialogue, SMTP_FAILURE_CLOSED, NULL, 0);
      pump (dialogue, steps, unlucky);
    }

  g_assert_true (smtp_dialogue_is_done (dialogue) && smtp_dialogue_get_current (dialogue) == NULL);
  for (guint i = 0; i < steps->len; i++)
    g_assert_true (smtp_step_is_settled (steps->pdata[i]));

  return 0;
}
