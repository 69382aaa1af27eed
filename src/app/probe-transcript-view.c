/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-transcript-view.h"

#include <glib/gi18n.h>

#include "app/probe-focus.h"
#include "app/probe-line-selection.h"
#include "app/probe-step-row.h"
#include "export/smtp-export.h"

struct _ProbeTranscriptView
{
  GtkWidget          parent_instance;

  GtkWidget         *scroller;
  GtkWidget         *list;
  GtkWidget         *nothing;     /* says that the filter lets no line through */
  ProbeLineModel    *lines;
  ProbeLineSelection *selection;
  SmtpStep          *current;
  gboolean           is_encrypted; /* part of the run */

  gboolean           following;   /* the end */
  double             last_value;  /* where the list was scrolled to when we last looked, */
  double             last_upper;  /* and of how much, */
  double             last_page;   /* through which opening */
  guint              settling;    /* tick callback */
  guint              n_ticks;     /* of it, since rows came */
  guint              awaited;     /* where to scroll once the list is on the screen, G_MAXUINT: nowhere */
  guint              arriving;    /* tick callback */
};

enum
{
  CURRENT_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ProbeTranscriptView, probe_transcript_view, GTK_TYPE_WIDGET)

static void
set_current (ProbeTranscriptView *self,
             SmtpStep            *step)
{
  if (g_set_object (&self->current, step))
    g_signal_emit (self, signals[CURRENT_CHANGED], 0);
}

static void
on_selection_changed (GtkSelectionModel   *model,
                      guint                position,
                      guint                n_items,
                      ProbeTranscriptView *self)
{
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (model);
  g_autoptr (ProbeLine) line = NULL;
  GtkBitsetIter iter;
  guint found;

  if (gtk_bitset_iter_init_at (&iter, selected, position, &found) && found < position + n_items)
    line = g_list_model_get_item (G_LIST_MODEL (model), found);
  else if (gtk_bitset_get_size (selected) > 0)
    line = g_list_model_get_item (G_LIST_MODEL (model), gtk_bitset_get_minimum (selected));

  set_current (self, line != NULL ? probe_line_get_step (line) : NULL);
}

static void
on_setup (GtkSignalListItemFactory *factory,
          GtkListItem              *item)
{
  gtk_list_item_set_child (item, probe_step_row_new ());
}

static void
on_bind (GtkSignalListItemFactory *factory,
         GtkListItem              *item,
         ProbeTranscriptView      *self)
{
  probe_step_row_set_line (PROBE_STEP_ROW (gtk_list_item_get_child (item)), gtk_list_item_get_item (item), self->is_encrypted);
}

static void
show_nothing (ProbeTranscriptView *self)
{
  gtk_widget_set_visible (self->nothing, probe_line_model_found_nothing (self->lines));
}

/* A list that is not on the screen cannot scroll. */
static void
scroll_to (ProbeTranscriptView *self,
           guint                position)
{
  if (!gtk_widget_get_mapped (self->list))
    {
      self->awaited = position;
      return;
    }

  self->awaited = G_MAXUINT;
  gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", position);
}

static double
get_left (GtkAdjustment *adjustment)
{
  return gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment) -
         gtk_adjustment_get_value (adjustment);
}

/* Rows that came in below us do not end the following; only the user does, by going up. */
static void
update_following (ProbeTranscriptView *self,
                  GtkAdjustment       *adjustment)
{
  if (get_left (adjustment) < 4)
    self->following = TRUE;
  else if (gtk_adjustment_get_value (adjustment) < self->last_value - 0.5)
    self->following = FALSE;
}

/* The list was laid out anew: remember where that put us. It goes up by itself only in another size. */
static void
on_adjustment_changed (GtkAdjustment       *adjustment,
                       ProbeTranscriptView *self)
{
  double upper = gtk_adjustment_get_upper (adjustment);
  double page = gtk_adjustment_get_page_size (adjustment);

  if (upper >= self->last_upper && page <= self->last_page && page >= self->last_page)
    update_following (self, adjustment);

  self->last_upper = upper;
  self->last_page = page;
  self->last_value = gtk_adjustment_get_value (adjustment);
}

/* The heights of new rows are known only after a layout; where they mattered, the end is missed by less
 * than a row and put right one frame later. */
static gboolean
settle (GtkWidget     *widget,
        GdkFrameClock *clock,
        gpointer       data)
{
  ProbeTranscriptView *self = PROBE_TRANSCRIPT_VIEW (widget);
  GtkAdjustment *adjustment = probe_transcript_view_get_vadjustment (self);

  /* The first tick may come before the layout. */
  if (self->n_ticks++ == 0)
    return G_SOURCE_CONTINUE;

  update_following (self, adjustment);
  if (self->following && get_left (adjustment) > 0.5)
    {
      gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
      self->last_value = gtk_adjustment_get_value (adjustment);
    }
  self->settling = 0;

  return G_SOURCE_REMOVE;
}

static void
follow (ProbeTranscriptView *self)
{
  GtkAdjustment *adjustment = probe_transcript_view_get_vadjustment (self);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->lines));

  if (!gtk_widget_get_mapped (self->list))
    {
      self->awaited = n - 1;
      return;
    }

  /* One pixel short of the end, so that the list aligns the last row with the end: of a row that begins
   * exactly there it shows nothing. Nothing is drawn in between. */
  if (gtk_adjustment_get_upper (adjustment) > gtk_adjustment_get_page_size (adjustment))
    {
      gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment) -
                                            gtk_adjustment_get_page_size (adjustment) - 1);
      self->last_value = gtk_adjustment_get_value (adjustment);
    }
  scroll_to (self, n - 1);
  self->n_ticks = 0;
  if (self->settling == 0)
    self->settling = gtk_widget_add_tick_callback (GTK_WIDGET (self), settle, NULL, NULL);
}

static gboolean
arrive (GtkWidget     *widget,
        GdkFrameClock *clock,
        gpointer       data)
{
  ProbeTranscriptView *self = PROBE_TRANSCRIPT_VIEW (widget);

  /* The first tick comes before the layout. */
  if (self->n_ticks++ == 0)
    return G_SOURCE_CONTINUE;

  self->arriving = 0;
  if (self->awaited < g_list_model_get_n_items (G_LIST_MODEL (self->lines)))
    scroll_to (self, self->awaited);

  return G_SOURCE_REMOVE;
}

static void
probe_transcript_view_map (GtkWidget *widget)
{
  ProbeTranscriptView *self = PROBE_TRANSCRIPT_VIEW (widget);

  GTK_WIDGET_CLASS (probe_transcript_view_parent_class)->map (widget);

  if (self->awaited == G_MAXUINT || self->arriving != 0)
    return;

  self->n_ticks = 0;
  self->arriving = gtk_widget_add_tick_callback (widget, arrive, NULL, NULL);
}

static void
probe_transcript_view_dispose (GObject *object)
{
  ProbeTranscriptView *self = PROBE_TRANSCRIPT_VIEW (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_pointer (&self->nothing, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->lines);
  g_clear_object (&self->current);

  G_OBJECT_CLASS (probe_transcript_view_parent_class)->dispose (object);
}

static void
probe_transcript_view_class_init (ProbeTranscriptViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = probe_transcript_view_dispose;
  widget_class->map = probe_transcript_view_map;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "transcript");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "win.copy", NULL);

  signals[CURRENT_CHANGED] = g_signal_new ("current-changed", PROBE_TYPE_TRANSCRIPT_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
}

static void
probe_transcript_view_init (ProbeTranscriptView *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), self);

  self->awaited = G_MAXUINT;
  self->lines = probe_line_model_new ();
  self->selection = probe_line_selection_new (self->lines);
  g_signal_connect (self->selection, "selection-changed", G_CALLBACK (on_selection_changed), self);

  self->list = gtk_list_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)), factory);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Transcript"), -1);
  probe_focus_pass_with_tab (self->list);

  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->list);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  self->nothing = gtk_label_new (_("No line matches"));
  gtk_widget_set_visible (self->nothing, FALSE);
  gtk_widget_set_halign (self->nothing, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->nothing, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (self->nothing, GTK_WIDGET (self));
  g_signal_connect_object (self->lines, "items-changed", G_CALLBACK (show_nothing), self, G_CONNECT_SWAPPED);
  self->following = TRUE;
  g_signal_connect_object (probe_transcript_view_get_vadjustment (self), "changed",
                           G_CALLBACK (on_adjustment_changed), self, 0);
}

/**
 * probe_transcript_view_new:
 *
 * Returns: a view without transcript
 */
GtkWidget *
probe_transcript_view_new (void)
{
  return g_object_new (PROBE_TYPE_TRANSCRIPT_VIEW, NULL);
}

/**
 * probe_transcript_view_set_transcript:
 * @self: a view
 * @transcript: (nullable): what to show
 */
void
probe_transcript_view_set_transcript (ProbeTranscriptView *self,
                                      SmtpTranscript      *transcript)
{
  set_current (self, NULL);
  self->following = TRUE;
  self->awaited = G_MAXUINT;
  probe_line_model_set_transcript (self->lines, transcript);
}

/**
 * probe_transcript_view_set_encrypted:
 * @self: a view
 * @is_encrypted: whether a part of the run is encrypted; then each row says whether it was
 */
void
probe_transcript_view_set_encrypted (ProbeTranscriptView *self,
                                     gboolean             is_encrypted)
{
  if (self->is_encrypted == is_encrypted)
    return;

  self->is_encrypted = is_encrypted;
  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row != NULL; row = gtk_widget_get_next_sibling (row))
    {
      GtkWidget *child = gtk_widget_get_first_child (row);

      if (child != NULL && PROBE_IS_STEP_ROW (child))
        probe_step_row_set_encrypted (PROBE_STEP_ROW (child), is_encrypted);
    }
}

/**
 * probe_transcript_view_sync:
 * @self: a view
 *
 * Shows what came since the last time. Follows the end unless the user scrolled away from it.
 */
void
probe_transcript_view_sync (ProbeTranscriptView *self)
{
  guint before = g_list_model_get_n_items (G_LIST_MODEL (self->lines));
  guint n;

  update_following (self, probe_transcript_view_get_vadjustment (self));
  probe_line_model_sync (self->lines);
  show_nothing (self);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->lines));
  if (self->following && n > before)
    follow (self);
}

/**
 * probe_transcript_view_set_filter:
 * @self: a view
 * @filter: which lines to show
 * @search: (nullable): what they must hold
 */
void
probe_transcript_view_set_filter (ProbeTranscriptView *self,
                                  ProbeFilter          filter,
                                  const char          *search)
{
  probe_line_model_set_filter (self->lines, filter, search);
  show_nothing (self);
}

/**
 * probe_transcript_view_get_current_step:
 * @self: a view
 *
 * Returns: (transfer none) (nullable): the step of the line selected last
 */
SmtpStep *
probe_transcript_view_get_current_step (ProbeTranscriptView *self)
{
  return self->current;
}

/**
 * probe_transcript_view_select_step:
 * @self: a view
 * @step: a step of the transcript
 *
 * Selects the line of @step that has its badge, and scrolls there.
 */
void
probe_transcript_view_select_step (ProbeTranscriptView *self,
                                   SmtpStep            *step)
{
  guint position = probe_line_model_find_step (self->lines, step);

  if (position == G_MAXUINT)
    return;

  gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
  scroll_to (self, position);
}

/**
 * probe_transcript_view_copy_selected:
 * @self: a view
 *
 * Returns: (transfer full) (nullable): the selected lines in the form of the text export, %NULL if none is
 */
char *
probe_transcript_view_copy_selected (ProbeTranscriptView *self)
{
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  GtkBitsetIter iter;
  GString *text;
  guint position;

  if (!gtk_bitset_iter_init_first (&iter, selected, &position))
    return NULL;

  text = g_string_new (NULL);
  do
    {
      g_autoptr (ProbeLine) line = g_list_model_get_item (G_LIST_MODEL (self->lines), position);

      smtp_export_text_line (probe_line_get_step (line), probe_line_get_index (line), text);
    }
  while (gtk_bitset_iter_next (&iter, &position));

  return g_string_free (text, FALSE);
}

/**
 * probe_transcript_view_get_vadjustment:
 * @self: a view
 *
 * Returns: (transfer none): where it is scrolled to
 */
GtkAdjustment *
probe_transcript_view_get_vadjustment (ProbeTranscriptView *self)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
}
