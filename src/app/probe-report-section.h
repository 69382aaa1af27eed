/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A section of a server report as a table of labels and values. The values can be selected and copied; the
 * table is one stop for Tab, and the arrow keys go from value to value. */

#pragma once

#include <gtk/gtk.h>

#include "diagnosis/smtp-server-report.h"

G_BEGIN_DECLS

GtkWidget  *probe_report_section_new           (const SmtpReportSection *section,
                                                GtkSizeGroup            *labels);
GtkWidget  *probe_report_section_new_badge     (const char              *word,
                                                SmtpSeverity             severity);
const char *probe_report_section_severity_word (SmtpSeverity             severity);

G_END_DECLS
