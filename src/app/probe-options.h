/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The seldom used choices of a probe, as values and as the widget that edits them. The widget is only made
 * when somebody opens it. */

#pragma once

#include <gtk/gtk.h>

#include "dialogue/smtp-plan.h"

G_BEGIN_DECLS

/**
 * ProbeOptionValues:
 * @family: any, ipv4 or ipv6
 * @stop_after: a phase, or "" for what the kind of probe implies
 * @timeouts: quick, rfc or custom
 * @custom: seconds for each phase, with custom
 * @quit: whether to say QUIT before closing
 * @message_file: (nullable): the file that is sent as the message
 */
typedef struct
{
  const char *family;
  const char *stop_after;
  const char *timeouts;
  guint       custom[SMTP_N_PHASES];
  gboolean    quit;
  char       *message_file;
} ProbeOptionValues;

#define PROBE_TYPE_OPTIONS (probe_options_get_type ())
G_DECLARE_FINAL_TYPE (ProbeOptions, probe_options, PROBE, OPTIONS, GtkWidget)

GtkWidget  *probe_options_new               (ProbeOptionValues *values);

void        probe_option_values_init        (ProbeOptionValues *values);
void        probe_option_values_clear       (ProbeOptionValues *values);
void        probe_option_values_load        (ProbeOptionValues *values,
                                             GSettings         *settings);
void        probe_option_values_save        (ProbeOptionValues *values,
                                             GSettings         *settings);
gboolean    probe_option_values_fill_plan   (ProbeOptionValues *values,
                                             SmtpPlan          *plan,
                                             GError           **error);
char       *probe_option_values_to_words    (ProbeOptionValues *values);

G_END_DECLS
