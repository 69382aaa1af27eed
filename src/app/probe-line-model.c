/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows to lines. A line has a number, counted over the whole transcript; the running counts of the steps
 * (ends) turn a number into a step and a line of it, by binary search. Without filter a row is a number;
 * with one, it is an index into the numbers that passed (shown). */

#include "app/probe-line-model.h"

#include <string.h>

#define SLICE_US 4000        /* longest stretch of filtering before the window gets its turn */
#define LINES_PER_LOOK 64    /* lines filtered between two looks at the clock */
#define MOST_SEARCHED 65536  /* bytes of a line that a search looks at */
#define MOST_SWAPPED 256     /* rows that are replaced in one change; see emit_replaced() */

struct _ProbeLine
{
  GObject   parent_instance;

  SmtpStep *step;
  guint     index;
};

G_DEFINE_FINAL_TYPE (ProbeLine, probe_line, G_TYPE_OBJECT)

struct _ProbeLineModel
{
  GObject          parent_instance;

  SmtpTranscript  *transcript;
  GArray          *ends;        /* guint32: lines up to and with each step, as of the last sync */
  guint            first_open;  /* the first step that could still change at the last sync */

  ProbeFilter      filter;
  char            *needle;      /* folded; NULL: no search */
  gboolean         needle_is_ascii;

  GArray          *shown;       /* guint32: numbers of the lines that passed; NULL: all do */
  guint            scanned;     /* lines looked at for shown */
  guint            idle_id;
  GString         *scratch;
  gboolean         blank;       /* for a moment: behave as if empty */
};

static void probe_line_model_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ProbeLineModel, probe_line_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, probe_line_model_list_model_init))

static void
probe_line_finalize (GObject *object)
{
  g_clear_object (&PROBE_LINE (object)->step);

  G_OBJECT_CLASS (probe_line_parent_class)->finalize (object);
}

static void
probe_line_class_init (ProbeLineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = probe_line_finalize;
}

static void
probe_line_init (ProbeLine *self)
{
}

static guint
get_end (ProbeLineModel *self,
         guint           step)
{
  return g_array_index (self->ends, guint32, step);
}

static guint
get_start (ProbeLineModel *self,
           guint           step)
{
  return step > 0 ? get_end (self, step - 1) : 0;
}

static guint
get_total (ProbeLineModel *self)
{
  return get_start (self, self->ends->len);
}

/* The first entry of an ascending array that is over @number. */
static guint
find_over (GArray *numbers,
           guint   number)
{
  guint low = 0;
  guint high = numbers->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (numbers, guint32, middle) > number)
        high = middle;
      else
        low = middle + 1;
    }

  return low;
}

static GType
probe_line_model_get_item_type (GListModel *model)
{
  return PROBE_TYPE_LINE;
}

static guint
probe_line_model_get_n_items (GListModel *model)
{
  ProbeLineModel *self = PROBE_LINE_MODEL (model);

  if (self->blank)
    return 0;

  return self->shown != NULL ? self->shown->len : get_total (self);
}

static gpointer
probe_line_model_get_item (GListModel *model,
                           guint       position)
{
  ProbeLine *line;
  SmtpStep *step;
  guint index;

  step = probe_line_model_get_line (PROBE_LINE_MODEL (model), position, &index);
  if (step == NULL)
    return NULL;

  line = g_object_new (PROBE_TYPE_LINE, NULL);
  line->step = g_object_ref (step);
  line->index = index;

  return line;
}

static void
probe_line_model_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = probe_line_model_get_item_type;
  iface->get_n_items = probe_line_model_get_n_items;
  iface->get_item = probe_line_model_get_item;
}

static void
probe_line_model_finalize (GObject *object)
{
  ProbeLineModel *self = PROBE_LINE_MODEL (object);

  g_clear_handle_id (&self->idle_id, g_source_remove);
  g_clear_object (&self->transcript);
  g_clear_pointer (&self->ends, g_array_unref);
  g_clear_pointer (&self->shown, g_array_unref);
  g_clear_pointer (&self->needle, g_free);
  g_string_free (self->scratch, TRUE);

  G_OBJECT_CLASS (probe_line_model_parent_class)->finalize (object);
}

static void
probe_line_model_class_init (ProbeLineModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = probe_line_model_finalize;
}

static void
probe_line_model_init (ProbeLineModel *self)
{
  self->ends = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->scratch = g_string_sized_new (256);
  self->filter = PROBE_FILTER_ALL;
}

/* Says that @removed rows at @position became @added others. A list view that loses a row it keeps an eye
 * on asks for every new row, to see whether it came back; it does not when they first go and then come. */
static void
emit_replaced (ProbeLineModel *self,
               guint           position,
               guint           removed,
               guint           added)
{
  if (removed == 0 && added == 0)
    return;

  if (position == 0 && removed > 0 && added > MOST_SWAPPED)
    {
      self->blank = TRUE;
      g_list_model_items_changed (G_LIST_MODEL (self), 0, removed, 0);
      self->blank = FALSE;
      removed = 0;
    }

  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static gboolean
is_failure (SmtpStep *step)
{
  return smtp_step_is_settled (step) && !smtp_verdict_is_good (smtp_step_get_verdict (step));
}

static gboolean
has_ascii_needle (const char *text,
                  gsize       length,
                  const char *needle)
{
  gsize n = strlen (needle);

  for (; length >= n; text++, length--)
    {
      gsize i = 0;

      while (i < n && g_ascii_tolower (text[i]) == needle[i])
        i++;
      if (i == n)
        return TRUE;
    }

  return FALSE;
}

static gboolean
has_needle (ProbeLineModel *self,
            SmtpStep       *step,
            guint           index)
{
  g_autofree char *folded = NULL;

  g_string_truncate (self->scratch, 0);
  smtp_lines_append_text (step, index, MOST_SEARCHED, self->scratch);
  if (self->needle_is_ascii)
    return has_ascii_needle (self->scratch->str, self->scratch->len, self->needle);

  folded = g_utf8_casefold (self->scratch->str, (gssize) self->scratch->len);

  return strstr (folded, self->needle) != NULL;
}

static gboolean
passes (ProbeLineModel *self,
        SmtpStep       *step,
        guint           index)
{
  SmtpLine line;

  smtp_lines_get (step, index, &line);

  return (self->filter & 1u << line.kind) != 0 && (self->needle == NULL || has_needle (self, step, index));
}

/* Filters on from where it stopped, for a slice of time. Returns whether all lines have been looked at. */
static gboolean
scan (ProbeLineModel *self)
{
  gint64 deadline = g_get_monotonic_time () + SLICE_US;
  guint total = get_total (self);
  guint looks = 0;

  for (guint at = find_over (self->ends, self->scanned); self->scanned < total; at++)
    {
      SmtpStep *step = smtp_transcript_get_step (self->transcript, at);
      guint start = get_start (self, at);
      guint end = get_end (self, at);
      gboolean skip = (self->filter & PROBE_FILTER_FAILURES) != 0 && !is_failure (step);

      while (!skip && self->scanned < end)
        {
          guint32 number = self->scanned++;

          if (passes (self, step, number - start))
            g_array_append_val (self->shown, number);
          if (++looks % LINES_PER_LOOK == 0 && g_get_monotonic_time () > deadline)
            return self->scanned == total;
          if (self->scratch->len > MOST_SEARCHED / 2)
            looks = LINES_PER_LOOK - 1;
        }

      self->scanned = end;
    }

  return TRUE;
}

static gboolean
scan_when_idle (gpointer data)
{
  ProbeLineModel *self = data;
  guint before = self->shown->len;
  gboolean done = scan (self);

  if (done)
    self->idle_id = 0;
  /* The last change says that it is over, so it is also sent when nothing came. */
  if (done || self->shown->len > before)
    g_list_model_items_changed (G_LIST_MODEL (self), before, 0, self->shown->len - before);

  return done ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static void
scan_now_or_later (ProbeLineModel *self)
{
  if (self->idle_id == 0 && !scan (self))
    self->idle_id = g_idle_add (scan_when_idle, self);
}

/* Filters everything anew. */
static void
refilter (ProbeLineModel *self)
{
  guint before = probe_line_model_get_n_items (G_LIST_MODEL (self));

  g_clear_handle_id (&self->idle_id, g_source_remove);
  g_clear_pointer (&self->shown, g_array_unref);
  self->scanned = 0;

  if (self->filter != PROBE_FILTER_ALL || self->needle != NULL)
    {
      self->shown = g_array_new (FALSE, FALSE, sizeof (guint32));
      scan_now_or_later (self);
    }

  emit_replaced (self, 0, before, probe_line_model_get_n_items (G_LIST_MODEL (self)));
}

/* Counts the lines of all steps that are new or could have changed. Returns the number of the first line
 * that was put in. */
static guint
recount (ProbeLineModel *self)
{
  guint n_steps = self->transcript != NULL ? smtp_transcript_get_n_steps (self->transcript) : 0;
  guint first_change = get_total (self);
  guint end = get_start (self, self->first_open);

  for (guint i = self->first_open; i < n_steps; i++)
    {
      SmtpStep *step = smtp_transcript_get_step (self->transcript, i);
      guint32 old_end = i < self->ends->len ? get_end (self, i) : G_MAXUINT32;

      /* The one line that changes after it is there: the message text, while it is being sent. */
      if (old_end != G_MAXUINT32 && smtp_step_get_kind (step) == SMTP_STEP_CONTENT)
        first_change = MIN (first_change, end);
      end += smtp_lines_count (step);
      if (i >= self->ends->len)
        g_array_append_val (self->ends, end);
      else
        g_array_index (self->ends, guint32, i) = end;
      if (end != old_end)
        first_change = MIN (first_change, old_end);
    }

  while (self->first_open < n_steps &&
         smtp_step_is_settled (smtp_transcript_get_step (self->transcript, self->first_open)))
    self->first_open++;

  return first_change;
}

/* Filters the lines of steps that could have changed (from the line @from on) and new ones. */
static void
sync_filtered (ProbeLineModel *self,
               guint           from,
               guint           first_change)
{
  g_autofree guint32 *old = NULL;
  guint keep = from > 0 ? find_over (self->shown, from - 1) : 0;
  guint n_old = self->shown->len - keep;
  guint same = 0;
  guint n_new;

  if (n_old > 0)
    {
      old = g_memdup2 (&g_array_index (self->shown, guint32, keep), n_old * sizeof (guint32));
      g_array_set_size (self->shown, keep);
    }
  self->scanned = MIN (self->scanned, from);

  scan_now_or_later (self);

  n_new = self->shown->len - keep;
  while (same < MIN (n_old, n_new) && old[same] < first_change &&
         old[same] == g_array_index (self->shown, guint32, keep + same))
    same++;

  emit_replaced (self, keep + same, n_old - same, n_new - same);
}

/**
 * probe_line_get_step:
 * @self: a line
 *
 * Returns: (transfer none): the step it belongs to
 */
SmtpStep *
probe_line_get_step (ProbeLine *self)
{
  g_return_val_if_fail (PROBE_IS_LINE (self), NULL);

  return self->step;
}

/**
 * probe_line_get_index:
 * @self: a line
 *
 * Returns: which line of the step it is, see smtp_lines_get()
 */
guint
probe_line_get_index (ProbeLine *self)
{
  g_return_val_if_fail (PROBE_IS_LINE (self), 0);

  return self->index;
}

/**
 * probe_line_model_new:
 *
 * Returns: (transfer full): an empty model
 */
ProbeLineModel *
probe_line_model_new (void)
{
  return g_object_new (PROBE_TYPE_LINE_MODEL, NULL);
}

/**
 * probe_line_model_set_transcript:
 * @self: a model
 * @transcript: (nullable): what to show
 *
 * Shows another transcript, from its beginning. Filter and search stay.
 */
void
probe_line_model_set_transcript (ProbeLineModel *self,
                                 SmtpTranscript *transcript)
{
  guint before;

  g_return_if_fail (PROBE_IS_LINE_MODEL (self));

  before = probe_line_model_get_n_items (G_LIST_MODEL (self));
  g_set_object (&self->transcript, transcript);
  g_array_set_size (self->ends, 0);
  self->first_open = 0;
  g_clear_handle_id (&self->idle_id, g_source_remove);
  if (self->shown != NULL)
    g_array_set_size (self->shown, 0);
  self->scanned = 0;
  emit_replaced (self, 0, before, 0);

  probe_line_model_sync (self);
}

/**
 * probe_line_model_sync:
 * @self: a model
 *
 * Looks at the transcript again: at new steps, and at those that had not ended. However much came, the
 * list changes once. Call it once per frame while a run goes on, and once at its end.
 */
void
probe_line_model_sync (ProbeLineModel *self)
{
  guint from;
  guint before;
  guint first_change;

  g_return_if_fail (PROBE_IS_LINE_MODEL (self));

  from = get_start (self, self->first_open);
  before = get_total (self);
  first_change = recount (self);

  if (self->shown != NULL)
    sync_filtered (self, from, first_change);
  else
    emit_replaced (self, first_change, before - first_change, get_total (self) - first_change);
}

/**
 * probe_line_model_set_filter:
 * @self: a model
 * @filter: which lines to list
 * @search: (nullable): what they must hold, in any case
 *
 * Shows a part of the transcript. In a large one lines come in by and by: the window is never kept waiting.
 */
void
probe_line_model_set_filter (ProbeLineModel *self,
                             ProbeFilter     filter,
                             const char     *search)
{
  g_autofree char *needle = NULL;

  g_return_if_fail (PROBE_IS_LINE_MODEL (self));

  if (search != NULL && *search != '\0')
    needle = g_utf8_casefold (search, -1);
  if (self->filter == filter && g_strcmp0 (needle, self->needle) == 0)
    return;

  self->filter = filter;
  g_free (self->needle);
  self->needle = g_steal_pointer (&needle);
  self->needle_is_ascii = self->needle != NULL && g_str_is_ascii (self->needle);
  refilter (self);
}

/**
 * probe_line_model_found_nothing:
 * @self: a model
 *
 * Returns: whether all lines have been looked at, and none passed the filter
 */
gboolean
probe_line_model_found_nothing (ProbeLineModel *self)
{
  g_return_val_if_fail (PROBE_IS_LINE_MODEL (self), FALSE);

  return self->shown != NULL && self->shown->len == 0 && self->idle_id == 0 && get_total (self) > 0;
}

/**
 * probe_line_model_get_line:
 * @self: a model
 * @position: a row
 * @index: (out): which line of the step it shows
 *
 * As g_list_model_get_item(), without an object.
 *
 * Returns: (transfer none) (nullable): the step, %NULL if there is no such row
 */
SmtpStep *
probe_line_model_get_line (ProbeLineModel *self,
                           guint           position,
                           guint          *index)
{
  guint number;
  guint at;

  g_return_val_if_fail (PROBE_IS_LINE_MODEL (self), NULL);

  if (position >= probe_line_model_get_n_items (G_LIST_MODEL (self)))
    return NULL;

  number = self->shown != NULL ? g_array_index (self->shown, guint32, position) : position;
  at = find_over (self->ends, number);
  *index = number - get_start (self, at);

  return smtp_transcript_get_step (self->transcript, at);
}

/**
 * probe_line_model_find_step:
 * @self: a model
 * @step: a step
 *
 * Looks for the row that stands for a step: the first one with its badge, or its first one.
 *
 * Returns: the row, or G_MAXUINT
 */
guint
probe_line_model_find_step (ProbeLineModel *self,
                            SmtpStep       *step)
{
  guint at = self->ends->len;
  guint best = G_MAXUINT;
  guint row;
  SmtpLine line;

  g_return_val_if_fail (PROBE_IS_LINE_MODEL (self), G_MAXUINT);

  while (at > 0 && smtp_transcript_get_step (self->transcript, at - 1) != step)
    at--;
  if (at == 0)
    return G_MAXUINT;

  row = get_start (self, at - 1);
  if (self->shown != NULL)
    row = row > 0 ? find_over (self->shown, row - 1) : 0;

  /* What was sent comes first; the line behind it is the one with the badge. */
  for (guint n = 0; n < 2; n++, row++)
    {
      guint index;

      if (probe_line_model_get_line (self, row, &index) != step)
        break;
      best = row;
      smtp_lines_get (step, index, &line);
      if (line.kind != SMTP_LINE_SENT)
        break;
    }

  return best;
}
