/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The measuring hand: phases of scrolling, the frame clock's and the main loop's time, memory, figures. */

#include "listbench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETTLE_FRAMES 20

typedef enum
{
  PHASE_EMPTY, /* the window without a row */
  PHASE_SHOW,  /* with all rows, at rest */
  PHASE_LIVE,
  PHASE_STEP,
  PHASE_PAGE,
  PHASE_JUMP,
  N_PHASES
} Phase;

typedef struct
{
  GtkAdjustment *adjustment;
  ListBenchAppend append;
  gpointer data;
  const ListBenchPlan *plan;
  GMainLoop *loop;
  GRand *random;
  guint rows;
  Phase phase;
  gint64 phase_began;
  gint64 frame_began;
  gint64 last_busy;
  double fill_ms;
  double show_ms;
  double empty_rss, empty_anonymous;
  double filled_rss, filled_anonymous;
  GArray *frames[N_PHASES]; /* ms from before-paint to after-paint */
  GArray *busy[N_PHASES];   /* ms the main loop did not sleep from after-paint to after-paint */
} Bench;

static const char *const phase_names[N_PHASES] = { "empty", "show", "live", "step", "page", "jump" };

/* GLib's poll function takes no data, so its account of sleeping is kept here. */
static GPollFunc real_poll;
static gint64 asleep;

static gint
counting_poll (GPollFD *descriptors, guint n_descriptors, gint timeout)
{
  gint64 begin = g_get_monotonic_time ();
  gint result = real_poll (descriptors, n_descriptors, timeout);

  asleep += g_get_monotonic_time () - begin;
  return result;
}

static gint64
busy_time (void)
{
  return g_get_monotonic_time () - asleep;
}

static double
milliseconds_since (gint64 begin)
{
  return (double) (g_get_monotonic_time () - begin) / 1e3;
}

/* @key: "VmRSS:" or "RssAnon:". */
static double
memory (const char *key)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  line = strstr (status, key);
  return line != NULL ? g_ascii_strtod (line + strlen (key), NULL) / 1024 : 0;
}

static void
follow_end (GtkAdjustment *adjustment)
{
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
}

/* The work of a frame begins here, inside it, before layout. */
static gboolean
move (GtkWidget *window, GdkFrameClock *clock, gpointer user_data)
{
  Bench *bench = user_data;
  GtkAdjustment *adjustment = bench->adjustment;
  double value = gtk_adjustment_get_value (adjustment);
  double page = gtk_adjustment_get_page_size (adjustment);
  double upper = gtk_adjustment_get_upper (adjustment);

  switch (bench->phase)
    {
    case PHASE_LIVE:
      bench->append (bench->data, bench->plan->live_rows);
      bench->rows += bench->plan->live_rows;
      follow_end (adjustment);
      break;
    case PHASE_STEP:
      gtk_adjustment_set_value (adjustment, value + 3 * upper / MAX (bench->rows, 1));
      break;
    case PHASE_PAGE:
      gtk_adjustment_set_value (adjustment, value + page);
      break;
    case PHASE_JUMP:
      gtk_adjustment_set_value (adjustment, (upper - page) * g_rand_double (bench->random));
      break;
    case PHASE_EMPTY:
    case PHASE_SHOW:
    case N_PHASES:
    default:
      break;
    }
  return G_SOURCE_CONTINUE;
}

static void
begin_frame (GdkFrameClock *clock, Bench *bench)
{
  bench->frame_began = g_get_monotonic_time ();
}

static guint
frames_of_phase (Bench *bench)
{
  switch (bench->phase)
    {
    case PHASE_EMPTY:
    case PHASE_SHOW:
      return SETTLE_FRAMES;
    case PHASE_LIVE:
      return bench->plan->live_frames;
    case PHASE_STEP:
    case PHASE_PAGE:
    case PHASE_JUMP:
      return bench->plan->scroll_frames;
    case N_PHASES:
    default:
      return 0;
    }
}

static void
fill (Bench *bench)
{
  gint64 begin = g_get_monotonic_time ();

  bench->empty_rss = memory ("VmRSS:");
  bench->empty_anonymous = memory ("RssAnon:");
  bench->append (bench->data, bench->plan->rows);
  bench->rows = bench->plan->rows;
  bench->fill_ms = milliseconds_since (begin);
}

static void
leave_phase (Bench *bench)
{
  if (bench->phase == PHASE_EMPTY)
    fill (bench);
  else if (bench->phase == PHASE_SHOW)
    {
      bench->filled_rss = memory ("VmRSS:");
      bench->filled_anonymous = memory ("RssAnon:");
    }
  else if (bench->phase == PHASE_LIVE)
    gtk_adjustment_set_value (bench->adjustment, 0);

  bench->phase_began = g_get_monotonic_time ();
  if (++bench->phase == N_PHASES)
    g_main_loop_quit (bench->loop);
}

static void
end_frame (GdkFrameClock *clock, Bench *bench)
{
  double frame = milliseconds_since (bench->frame_began);
  gint64 busy_now = busy_time ();
  double busy = (double) (busy_now - bench->last_busy) / 1e3;

  bench->last_busy = busy_now;
  if (bench->phase == N_PHASES)
    return;
  if (bench->frames[bench->phase]->len == 0 && bench->phase == PHASE_SHOW)
    bench->show_ms = milliseconds_since (bench->phase_began);
  g_array_append_val (bench->frames[bench->phase], frame);
  g_array_append_val (bench->busy[bench->phase], busy);
  while (bench->phase < N_PHASES && bench->frames[bench->phase]->len >= frames_of_phase (bench))
    leave_phase (bench);
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

/* Median, 95th percentile and largest. */
static void
print_figures (const char *name, const char *suffix, GArray *times)
{
  if (times->len == 0)
    return;
  g_array_sort (times, compare_numbers);
  printf (" %s%s_ms=%.2f/%.2f/%.2f", name, suffix, g_array_index (times, double, times->len / 2),
          g_array_index (times, double, times->len * 95 / 100), g_array_index (times, double, times->len - 1));
}

static void
print_bench (Bench *bench)
{
  printf ("rows=%u fill_ms=%.1f show_ms=%.1f empty_rss_mb=%.1f empty_anonymous_mb=%.1f filled_rss_mb=%.1f"
          " filled_anonymous_mb=%.1f end_rss_mb=%.1f end_anonymous_mb=%.1f",
          bench->plan->rows, bench->fill_ms, bench->show_ms, bench->empty_rss, bench->empty_anonymous,
          bench->filled_rss, bench->filled_anonymous, memory ("VmRSS:"), memory ("RssAnon:"));
  for (Phase phase = PHASE_LIVE; phase < N_PHASES; phase++)
    {
      print_figures (phase_names[phase], "", bench->frames[phase]);
      print_figures (phase_names[phase], "_busy", bench->busy[phase]);
    }
  putchar ('\n');
  fflush (stdout);
}

static gboolean
count_from_text (const char *option, const char *text, guint *count, GError **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT, &number, error))
    {
      g_prefix_error (error, "%s: ", option);
      return FALSE;
    }
  *count = (guint) number;
  return TRUE;
}

/**
 * list_bench_plan_parse:
 * @plan: filled in
 * @argc: (inout): the number of arguments
 * @argv: (inout): the arguments; those understood here are taken out
 * @error: where to say what is wrong
 *
 * Reads `--rows=N`, `--live-frames=N`, `--live-rows=N` and `--scroll-frames=N`; what is not said is 1,000,000 rows,
 * 100 frames of 1,000 rows, and 300 frames. Other arguments stay.
 *
 * Returns: %FALSE with @error set to one of the number parser's when a number is none
 */
gboolean
list_bench_plan_parse (ListBenchPlan *plan, int *argc, char ***argv, GError **error)
{
  const struct
  {
    const char *option;
    guint *count;
  } options[] = {
    { "--rows=", &plan->rows },
    { "--live-frames=", &plan->live_frames },
    { "--live-rows=", &plan->live_rows },
    { "--scroll-frames=", &plan->scroll_frames },
  };
  int kept = 0;

  *plan = (ListBenchPlan) { .rows = 1000000, .live_frames = 100, .live_rows = 1000, .scroll_frames = 300 };
  for (int i = 0; i < *argc; i++)
    {
      gboolean taken = FALSE;

      for (gsize j = 0; j < G_N_ELEMENTS (options) && !taken; j++)
        {
          taken = g_str_has_prefix ((*argv)[i], options[j].option);
          if (taken && !count_from_text (options[j].option, (*argv)[i] + strlen (options[j].option),
                                         options[j].count, error))
            return FALSE;
        }
      if (!taken)
        (*argv)[kept++] = (*argv)[i];
    }
  (*argv)[kept] = NULL;
  *argc = kept;
  return TRUE;
}

/**
 * list_bench_run:
 * @window: the window with the list in it, not yet shown, the list without rows
 * @adjustment: the list's vertical adjustment
 * @append: adds rows to the list
 * @data: for @append
 * @plan: how much to measure
 *
 * Shows the window and measures; returns when all is done, which takes some 20 s. Prints one line of NAME=VALUE:
 * `fill_ms` (the call that adds all rows), `show_ms` (from then to the end of the frame that shows them), memory
 * without a row, with all rows, and at the end (`…_rss_mb`: resident, `…_anonymous_mb`: of that, what is no file's),
 * and for `live` (rows arrive and the view follows), `step` (3 rows a frame), `page` (a page a frame), `jump` (to
 * anywhere, each frame) median/95th percentile/largest of `…_ms`, the work from the frame clock's before-paint to its
 * after-paint, and `…_busy_ms`, all the time between two frames' ends in which the main loop did not sleep: more than
 * the former when the list works outside of frames.
 */
void
list_bench_run (GtkWindow           *window,
                GtkAdjustment       *adjustment,
                ListBenchAppend      append,
                gpointer             data,
                const ListBenchPlan *plan)
{
  Bench bench = { .adjustment = adjustment, .append = append, .data = data, .plan = plan };
  GdkFrameClock *clock;
  gulong begin_handler, end_handler;
  guint tick;

  for (Phase phase = 0; phase < N_PHASES; phase++)
    {
      bench.frames[phase] = g_array_new (FALSE, FALSE, sizeof (double));
      bench.busy[phase] = g_array_new (FALSE, FALSE, sizeof (double));
    }
  bench.loop = g_main_loop_new (NULL, FALSE);
  bench.random = g_rand_new_with_seed (1); /* the same places for whoever is compared */
  real_poll = g_main_context_get_poll_func (NULL);
  g_main_context_set_poll_func (NULL, counting_poll);
  bench.last_busy = busy_time ();

  gtk_widget_realize (GTK_WIDGET (window));
  clock = gtk_widget_get_frame_clock (GTK_WIDGET (window));
  begin_handler = g_signal_connect (clock, "before-paint", G_CALLBACK (begin_frame), &bench);
  end_handler = g_signal_connect_after (clock, "after-paint", G_CALLBACK (end_frame), &bench);
  tick = gtk_widget_add_tick_callback (GTK_WIDGET (window), move, &bench, NULL);
  gtk_window_present (window);
  g_main_loop_run (bench.loop);
  gtk_widget_remove_tick_callback (GTK_WIDGET (window), tick);
  g_signal_handler_disconnect (clock, begin_handler);
  g_signal_handler_disconnect (clock, end_handler);
  g_main_context_set_poll_func (NULL, real_poll);

  print_bench (&bench);
  for (Phase phase = 0; phase < N_PHASES; phase++)
    {
      g_array_unref (bench.frames[phase]);
      g_array_unref (bench.busy[phase]);
    }
  g_rand_free (bench.random);
  g_main_loop_unref (bench.loop);
}
