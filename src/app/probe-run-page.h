/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The right side of the window once something was run: verdict strip, search, transcript, explanation. Made
 * with the first run, so that an empty window starts fast. */

#pragma once

#include <gtk/gtk.h>

#include "app/probe-line-model.h"
#include "diagnosis/smtp-diagnosis.h"
#include "session/smtp-session.h"

G_BEGIN_DECLS

#define PROBE_TYPE_RUN_PAGE (probe_run_page_get_type ())
G_DECLARE_FINAL_TYPE (ProbeRunPage, probe_run_page, PROBE, RUN_PAGE, GtkWidget)

GtkWidget *probe_run_page_new           (void);
void       probe_run_page_begin         (ProbeRunPage  *self,
                                         SmtpSession   *session);
void       probe_run_page_update        (ProbeRunPage  *self,
                                         SmtpSession   *session);
void       probe_run_page_end           (ProbeRunPage  *self,
                                         SmtpSession   *session,
                                         SmtpDiagnosis *diagnosis);
void       probe_run_page_set_search    (ProbeRunPage  *self,
                                         gboolean       active);
gboolean   probe_run_page_get_search    (ProbeRunPage  *self);
char      *probe_run_page_copy_selected (ProbeRunPage  *self);

G_END_DECLS
