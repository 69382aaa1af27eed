/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The strip above the transcript: what is being waited for while a run goes on, the verdict afterwards. It
 * keeps its height, so that nothing jumps. */

#pragma once

#include <gtk/gtk.h>

#include "diagnosis/smtp-diagnosis.h"
#include "session/smtp-session.h"

G_BEGIN_DECLS

#define PROBE_TYPE_VERDICT_STRIP (probe_verdict_strip_get_type ())
G_DECLARE_FINAL_TYPE (ProbeVerdictStrip, probe_verdict_strip, PROBE, VERDICT_STRIP, GtkWidget)

GtkWidget *probe_verdict_strip_new         (void);
void       probe_verdict_strip_show_run    (ProbeVerdictStrip *self,
                                            SmtpSession       *session);
void       probe_verdict_strip_set_verdict (ProbeVerdictStrip *self,
                                            SmtpDiagnosis     *diagnosis);
void       probe_verdict_strip_show_progress (ProbeVerdictStrip *self,
                                            const char        *headline,
                                            const char        *sentence,
                                            double             fraction);
void       probe_verdict_strip_show_result (ProbeVerdictStrip *self,
                                            const char        *style_class,
                                            const char        *icon,
                                            const char        *headline,
                                            const char        *sentence);
void       probe_verdict_strip_set_count   (ProbeVerdictStrip *self,
                                            const char        *style_class,
                                            const char        *text);

G_END_DECLS
