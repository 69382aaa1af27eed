/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Measures how much work a list on show makes for each frame. It knows nothing of the list but its adjustment and a
 * function that gives it more rows, so that the floor and the program's own view are measured by the same hand. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * ListBenchAppend:
 * @data: what was given to list_bench_run()
 * @n_rows: how many rows to add at the end, before returning
 */
typedef void (*ListBenchAppend) (gpointer data, guint n_rows);

/**
 * ListBenchPlan:
 * @rows: rows that are there before scrolling begins, added in one call
 * @live_frames: frames in which rows arrive while the view follows the end
 * @live_rows: rows that arrive in each of them
 * @scroll_frames: frames of each way of scrolling
 *
 * How much to measure. list_bench_plan_parse() fills it.
 */
typedef struct
{
  guint rows;
  guint live_frames;
  guint live_rows;
  guint scroll_frames;
} ListBenchPlan;

gboolean list_bench_plan_parse (ListBenchPlan *plan,
                                int           *argc,
                                char        ***argv,
                                GError       **error);

void     list_bench_run        (GtkWindow           *window,
                                GtkAdjustment       *adjustment,
                                ListBenchAppend      append,
                                gpointer             data,
                                const ListBenchPlan *plan);

G_END_DECLS
