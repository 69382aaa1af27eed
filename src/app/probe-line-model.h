/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The transcript as rows: a list model that makes a row object only when one is asked for, so that a reply
 * of a million lines costs a few bytes a line. It does not listen to the transcript; whoever shows it calls
 * probe_line_model_sync() once per frame while a run goes on. Filtering works in slices of idle time. */

#pragma once

#include <gio/gio.h>

#include "dialogue/smtp-transcript.h"
#include "export/smtp-lines.h"

G_BEGIN_DECLS

#define PROBE_TYPE_LINE (probe_line_get_type ())
G_DECLARE_FINAL_TYPE (ProbeLine, probe_line, PROBE, LINE, GObject)

SmtpStep *probe_line_get_step  (ProbeLine *self);
guint     probe_line_get_index (ProbeLine *self);

typedef enum
{
  PROBE_FILTER_SENT = 1 << SMTP_LINE_SENT,
  PROBE_FILTER_RECEIVED = 1 << SMTP_LINE_RECEIVED,
  PROBE_FILTER_NOTES = 1 << SMTP_LINE_NOTE,
  PROBE_FILTER_FAILURES = 1 << 8,
} ProbeFilter;

#define PROBE_FILTER_ALL (PROBE_FILTER_SENT | PROBE_FILTER_RECEIVED | PROBE_FILTER_NOTES)

#define PROBE_TYPE_LINE_MODEL (probe_line_model_get_type ())
G_DECLARE_FINAL_TYPE (ProbeLineModel, probe_line_model, PROBE, LINE_MODEL, GObject)

ProbeLineModel *probe_line_model_new            (void);
void            probe_line_model_set_transcript (ProbeLineModel *self,
                                                 SmtpTranscript *transcript);
void            probe_line_model_sync           (ProbeLineModel *self);
void            probe_line_model_set_filter     (ProbeLineModel *self,
                                                 ProbeFilter     filter,
                                                 const char     *search);
gboolean        probe_line_model_found_nothing  (ProbeLineModel *self);
SmtpStep       *probe_line_model_get_line       (ProbeLineModel *self,
                                                 guint           position,
                                                 guint          *index);
guint           probe_line_model_find_step      (ProbeLineModel *self,
                                                 SmtpStep       *step);

G_END_DECLS
