/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A transcript as lines to read: each step gives a line for what we sent, one for each line of the
 * reply, and one for what else there is to say. Window rows and text export both come from here, so
 * what is seen and what is pasted into a ticket is the same. Lines are made on request; nothing is
 * stored per line. */

#pragma once

#include <glib.h>

#include "dialogue/smtp-step.h"

G_BEGIN_DECLS

typedef enum
{
  SMTP_LINE_SENT,
  SMTP_LINE_RECEIVED,
  SMTP_LINE_NOTE,
} SmtpLineKind;

/**
 * SmtpLine:
 * @kind: direction, or note
 * @first: the first line of what was received (or of a note): it carries time, duration and badge
 * @last: the last line of the reply
 * @at_us: when, microseconds since the start of the run
 * @duration_us: how long we waited for it, -1 when that says nothing
 * @received: which line of the reply it is, if it was received
 */
typedef struct
{
  SmtpLineKind kind;
  gboolean     first;
  gboolean     last;
  gint64       at_us;
  gint64       duration_us;
  guint        received;
} SmtpLine;

guint smtp_lines_count       (SmtpStep *step);
void  smtp_lines_get         (SmtpStep *step,
                              guint     index,
                              SmtpLine *line);
void  smtp_lines_append_text (SmtpStep *step,
                              guint     index,
                              gsize     max_bytes,
                              GString  *out);
void  smtp_lines_append_badge (SmtpStep *step,
                               GString  *out);
void  smtp_lines_append_offset   (gint64     at_us,
                                  GString   *out);
void  smtp_lines_append_duration (gint64     duration_us,
                                  GString   *out);

G_END_DECLS
