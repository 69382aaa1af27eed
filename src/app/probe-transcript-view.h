/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of transcript lines: shows, selects, follows the end, filters, copies. */

#pragma once

#include <gtk/gtk.h>

#include "app/probe-line-model.h"

G_BEGIN_DECLS

#define PROBE_TYPE_TRANSCRIPT_VIEW (probe_transcript_view_get_type ())
G_DECLARE_FINAL_TYPE (ProbeTranscriptView, probe_transcript_view, PROBE, TRANSCRIPT_VIEW, GtkWidget)

GtkWidget *probe_transcript_view_new              (void);
void       probe_transcript_view_set_transcript   (ProbeTranscriptView *self,
                                                   SmtpTranscript      *transcript);
void       probe_transcript_view_set_encrypted    (ProbeTranscriptView *self,
                                                   gboolean             is_encrypted);
void       probe_transcript_view_sync             (ProbeTranscriptView *self);
void       probe_transcript_view_set_filter       (ProbeTranscriptView *self,
                                                   ProbeFilter          filter,
                                                   const char          *search);
SmtpStep  *probe_transcript_view_get_current_step (ProbeTranscriptView *self);
void       probe_transcript_view_select_step      (ProbeTranscriptView *self,
                                                   SmtpStep            *step);
char      *probe_transcript_view_copy_selected    (ProbeTranscriptView *self);
GtkAdjustment *probe_transcript_view_get_vadjustment (ProbeTranscriptView *self);

G_END_DECLS
