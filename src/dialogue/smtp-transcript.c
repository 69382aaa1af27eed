/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "dialogue/smtp-transcript.h"

struct _SmtpTranscript
{
  GObject    parent_instance;

  GPtrArray *steps;
  GDateTime *started;
};

static GType
smtp_transcript_get_item_type (GListModel *model)
{
  return SMTP_TYPE_STEP;
}

static guint
smtp_transcript_get_n_items (GListModel *model)
{
  return SMTP_TRANSCRIPT (model)->steps->len;
}

static gpointer
smtp_transcript_get_item (GListModel *model,
                          guint       position)
{
  SmtpTranscript *self = SMTP_TRANSCRIPT (model);

  return position < self->steps->len ? g_object_ref (self->steps->pdata[position]) : NULL;
}

static void
smtp_transcript_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = smtp_transcript_get_item_type;
  iface->get_n_items = smtp_transcript_get_n_items;
  iface->get_item = smtp_transcript_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (SmtpTranscript, smtp_transcript, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, smtp_transcript_list_model_init))

static void
smtp_transcript_finalize (GObject *object)
{
  SmtpTranscript *self = SMTP_TRANSCRIPT (object);

  g_clear_pointer (&self->steps, g_ptr_array_unref);
  g_clear_pointer (&self->started, g_date_time_unref);

  G_OBJECT_CLASS (smtp_transcript_parent_class)->finalize (object);
}

static void
smtp_transcript_class_init (SmtpTranscriptClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smtp_transcript_finalize;
}

static void
smtp_transcript_init (SmtpTranscript *self)
{
  self->steps = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * smtp_transcript_new:
 * @started: when the run began, with its time zone
 *
 * Returns: (transfer full): an empty transcript
 */
SmtpTranscript *
smtp_transcript_new (GDateTime *started)
{
  SmtpTranscript *self = g_object_new (SMTP_TYPE_TRANSCRIPT, NULL);

  self->started = g_date_time_ref (started);

  return self;
}

/**
 * smtp_transcript_get_started:
 * @self: a transcript
 *
 * Returns: (transfer none): when the run began
 */
GDateTime *
smtp_transcript_get_started (SmtpTranscript *self)
{
  g_return_val_if_fail (SMTP_IS_TRANSCRIPT (self), NULL);

  return self->started;
}

/**
 * smtp_transcript_get_n_steps:
 * @self: a transcript
 *
 * Returns: the number of steps
 */
guint
smtp_transcript_get_n_steps (SmtpTranscript *self)
{
  g_return_val_if_fail (SMTP_IS_TRANSCRIPT (self), 0);

  return self->steps->len;
}

/**
 * smtp_transcript_get_step:
 * @self: a transcript
 * @index: which step, from 0
 *
 * Returns: (transfer none): the step
 */
SmtpStep *
smtp_transcript_get_step (SmtpTranscript *self,
                          guint           index)
{
  g_return_val_if_fail (SMTP_IS_TRANSCRIPT (self), NULL);
  g_return_val_if_fail (index < self->steps->len, NULL);

  return self->steps->pdata[index];
}

/**
 * smtp_transcript_append:
 * @self: a transcript
 * @step: (transfer none): a step
 *
 * For the one who writes the transcript: adds a step at its end.
 */
void
smtp_transcript_append (SmtpTranscript *self,
                        SmtpStep       *step)
{
  g_return_if_fail (SMTP_IS_TRANSCRIPT (self));
  g_return_if_fail (SMTP_IS_STEP (step));

  g_ptr_array_add (self->steps, g_object_ref (step));
  g_list_model_items_changed (G_LIST_MODEL (self), self->steps->len - 1, 0, 1);
}
