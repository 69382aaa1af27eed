/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-recipients.h"

#include <glib/gi18n.h>

#include "app/probe-focus.h"
#include "app/probe-labels.h"
#include "diagnosis/smtp-advice.h"
#include "protocol/smtp-mailbox.h"

#define MOST_UNSCROLLED 5  /* so many recipients are in view at once */

/* One address of the list. */
#define PROBE_TYPE_RECIPIENT (probe_recipient_get_type ())
G_DECLARE_FINAL_TYPE (ProbeRecipient, probe_recipient, PROBE, RECIPIENT, GObject)

struct _ProbeRecipient
{
  GObject               parent_instance;

  char                 *address;
  gboolean              is_duplicate;
  gboolean              was_asked;
  SmtpRecipientOutcome  outcome;
};

enum
{
  PROP_OUTCOME = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ProbeRecipient, probe_recipient, G_TYPE_OBJECT)

struct _ProbeRecipients
{
  GtkWidget          parent_instance;

  GtkWidget         *frame;
  GtkScrolledWindow *scroller;
  GtkWidget         *list;
  GtkWidget         *entry;
  GtkLabel          *error;
  GListStore        *store;
  GHashTable        *seen;   /* addresses in the list, domain in lower case */
  GPtrArray         *asked;  /* the recipients of the run begun last, in its order */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ProbeRecipients, probe_recipients, GTK_TYPE_WIDGET)

static void
probe_recipient_finalize (GObject *object)
{
  g_free (PROBE_RECIPIENT (object)->address);

  G_OBJECT_CLASS (probe_recipient_parent_class)->finalize (object);
}

static void
probe_recipient_get_property (GObject    *object,
                              guint       id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  ProbeRecipient *self = PROBE_RECIPIENT (object);

  if (id == PROP_OUTCOME)
    g_value_set_int (value, (int) self->outcome);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
probe_recipient_class_init (ProbeRecipientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = probe_recipient_finalize;
  object_class->get_property = probe_recipient_get_property;

  properties[PROP_OUTCOME] = g_param_spec_int ("outcome", NULL, NULL, 0, G_MAXINT, 0,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
probe_recipient_init (ProbeRecipient *self)
{
}

/* What makes two addresses the same mailbox: the domain in any case, the rest to the letter. */
static char *
make_key (const char *address)
{
  const char *domain = smtp_mailbox_get_domain (address);
  g_autofree char *lower = domain != NULL ? g_ascii_strdown (domain, -1) : NULL;

  if (domain == NULL)
    return g_ascii_strdown (address, -1);

  return g_strdup_printf ("%.*s%s", (int) (domain - address), address, lower);
}

static void
set_outcome (ProbeRecipient       *recipient,
             gboolean              was_asked,
             SmtpRecipientOutcome  outcome)
{
  recipient->was_asked = was_asked;
  recipient->outcome = outcome;
  g_object_notify_by_pspec (G_OBJECT (recipient), properties[PROP_OUTCOME]);
}

/* Finds the duplicates anew: of equal addresses the first one is asked about. */
static void
mark_duplicates (ProbeRecipients *self)
{
  GListModel *model = G_LIST_MODEL (self->store);

  g_hash_table_remove_all (self->seen);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (ProbeRecipient) recipient = g_list_model_get_item (model, i);
      gboolean is_duplicate = !g_hash_table_add (self->seen, make_key (recipient->address));

      if (is_duplicate != recipient->is_duplicate)
        {
          recipient->is_duplicate = is_duplicate;
          g_object_notify_by_pspec (G_OBJECT (recipient), properties[PROP_OUTCOME]);
        }
    }

  gtk_widget_set_visible (self->frame, g_list_model_get_n_items (model) > 0);
  gtk_scrolled_window_set_policy (self->scroller, GTK_POLICY_NEVER,
                                  g_list_model_get_n_items (model) > MOST_UNSCROLLED ? GTK_POLICY_AUTOMATIC : GTK_POLICY_NEVER);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Splits and checks text. What is in order goes into the list, the rest is given back. */
static char *
take_text (ProbeRecipients  *self,
           const char       *text,
           GError          **error)
{
  g_auto (GStrv) items = smtp_mailbox_split (text);
  g_autoptr (GPtrArray) taken = g_ptr_array_new_with_free_func (g_object_unref);
  GString *rest = g_string_new (NULL);

  for (int i = 0; items[i] != NULL; i++)
    {
      char *address = smtp_mailbox_parse (items[i], SMTP_MAILBOX_POSTMASTER_ALLOWED, *error == NULL ? error : NULL);

      if (address == NULL)
        {
          g_string_append_printf (rest, "%s%s", rest->len > 0 ? ", " : "", items[i]);
        }
      else
        {
          ProbeRecipient *recipient = g_object_new (PROBE_TYPE_RECIPIENT, NULL);

          recipient->address = address;
          g_ptr_array_add (taken, recipient);
        }
    }

  if (taken->len > 0)
    {
      g_list_store_splice (self->store, g_list_model_get_n_items (G_LIST_MODEL (self->store)), 0, taken->pdata, taken->len);
      mark_duplicates (self);
    }

  return g_string_free (rest, FALSE);
}

static void
on_changed (GtkEditable     *editable,
            ProbeRecipients *self)
{
  const char *text = gtk_editable_get_text (editable);

  probe_recipients_set_error (self, NULL);

  /* A separator behind an address takes it over, as Return does; so does pasting several. */
  if (*text != '\0' && strpbrk (text, ",;\r\n") != NULL)
    probe_recipients_commit (self);
}

static void
on_icon (GtkEntry             *entry,
         GtkEntryIconPosition  position,
         ProbeRecipients      *self)
{
  probe_recipients_commit (self);
}

static void
on_leave (GtkEventControllerFocus *focus,
          ProbeRecipients         *self)
{
  probe_recipients_commit (self);
}

static void
update_row (GtkListItem *item)
{
  ProbeRecipient *recipient = gtk_list_item_get_item (item);
  GtkWidget *box = gtk_list_item_get_child (item);
  GtkWidget *label = gtk_widget_get_first_child (box);
  GtkWidget *badge = gtk_widget_get_next_sibling (label);
  GtkWidget *button = gtk_widget_get_next_sibling (badge);
  g_autofree char *removal = g_strdup_printf (_("Remove %s"), recipient->address);
  const char *words = recipient->is_duplicate ? _("Duplicate")
                      : recipient->was_asked  ? smtp_recipient_outcome_to_words (recipient->outcome)
                                              : "";
  const char *const classes[] = { "badge", *words == '\0' ? "none" : recipient->is_duplicate ? "plain" : probe_labels_recipient_class (recipient->outcome), NULL };
  g_autofree char *name = g_strjoin (*words != '\0' ? ": " : NULL, recipient->address, *words != '\0' ? words : NULL, NULL);

  gtk_label_set_text (GTK_LABEL (label), recipient->address);
  gtk_widget_set_tooltip_text (label, recipient->address);
  gtk_label_set_text (GTK_LABEL (badge), words);
  gtk_widget_set_css_classes (badge, (const char **) classes);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (box)), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, removal, -1);
}

static void
on_outcome (ProbeRecipient *recipient,
            GParamSpec     *pspec,
            GtkListItem    *item)
{
  update_row (item);
}

static void
on_remove (GtkButton   *button,
           GtkListItem *item)
{
  ProbeRecipients *self = PROBE_RECIPIENTS (gtk_widget_get_ancestor (GTK_WIDGET (button), PROBE_TYPE_RECIPIENTS));
  guint position = gtk_list_item_get_position (item);

  if (position == GTK_INVALID_LIST_POSITION)
    return;

  /* The button is about to go; the list would lose the keyboard with it. */
  gtk_widget_grab_focus (self->entry);
  g_list_store_remove (self->store, position);
  mark_duplicates (self);
  if (g_list_model_get_n_items (G_LIST_MODEL (self->store)) > 0)
    gtk_widget_grab_focus (self->list);
}

/* The keyboard is on a row or on its button. */
static gboolean
remove_by_key (GtkWidget *widget,
               GVariant  *parameter,
               gpointer   user_data)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));

  if (!GTK_IS_BUTTON (focus) && focus != NULL && GTK_IS_BOX (gtk_widget_get_first_child (focus)))
    focus = gtk_widget_get_last_child (gtk_widget_get_first_child (focus));
  if (!GTK_IS_BUTTON (focus))
    return FALSE;
  g_signal_emit_by_name (focus, "clicked");

  return TRUE;
}

static void
on_setup (GtkSignalListItemFactory *factory,
          GtkListItem              *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *badge = gtk_label_new (NULL);
  GtkWidget *button = gtk_button_new_from_icon_name ("list-remove-symbolic");

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_valign (badge, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("Remove (Delete)"));
  g_signal_connect (button, "clicked", G_CALLBACK (on_remove), item);

  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), badge);
  gtk_box_append (GTK_BOX (box), button);
  gtk_list_item_set_child (item, box);
}

static void
on_bind (GtkSignalListItemFactory *factory,
         GtkListItem              *item)
{
  g_signal_connect (gtk_list_item_get_item (item), "notify::outcome", G_CALLBACK (on_outcome), item);
  update_row (item);
}

static void
on_unbind (GtkSignalListItemFactory *factory,
           GtkListItem              *item)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (item), on_outcome, item);
}

/* The list view is only filled when there is something in it. */
static void
on_items_changed (GListModel      *model,
                  guint            position,
                  guint            removed,
                  guint            added,
                  ProbeRecipients *self)
{
  GtkListItemFactory *factory;

  if (gtk_list_view_get_factory (GTK_LIST_VIEW (self->list)) != NULL)
    return;

  factory = gtk_signal_list_item_factory_new ();
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), NULL);
  gtk_list_view_set_factory (GTK_LIST_VIEW (self->list), factory);
  g_object_unref (factory);

  g_autoptr (GtkNoSelection) selection = gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->store)));
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list), GTK_SELECTION_MODEL (selection));
}

static void
probe_recipients_dispose (GObject *object)
{
  ProbeRecipients *self = PROBE_RECIPIENTS (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), PROBE_TYPE_RECIPIENTS);
  g_clear_object (&self->store);
  g_clear_pointer (&self->seen, g_hash_table_unref);
  g_clear_pointer (&self->asked, g_ptr_array_unref);

  G_OBJECT_CLASS (probe_recipients_parent_class)->dispose (object);
}

static void
probe_recipients_class_init (ProbeRecipientsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = probe_recipients_dispose;

  signals[CHANGED] = g_signal_new ("changed", PROBE_TYPE_RECIPIENTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SmtpProbe/probe-recipients.ui");
  gtk_widget_class_bind_template_child (widget_class, ProbeRecipients, frame);
  gtk_widget_class_bind_template_child (widget_class, ProbeRecipients, scroller);
  gtk_widget_class_bind_template_child (widget_class, ProbeRecipients, list);
  gtk_widget_class_bind_template_child (widget_class, ProbeRecipients, entry);
  gtk_widget_class_bind_template_child (widget_class, ProbeRecipients, error);
}

static void
probe_recipients_init (ProbeRecipients *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkEventController *shortcuts = gtk_shortcut_controller_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->store = g_list_store_new (PROBE_TYPE_RECIPIENT);
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->asked = g_ptr_array_new_with_free_func (g_object_unref);

  g_signal_connect (self->store, "items-changed", G_CALLBACK (on_items_changed), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (probe_recipients_commit), self);
  g_signal_connect (self->entry, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect (self->entry, "icon-release", G_CALLBACK (on_icon), self);
  g_signal_connect (focus, "leave", G_CALLBACK (on_leave), self);
  gtk_widget_add_controller (self->entry, focus);

  probe_focus_pass_with_tab (self->list);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (shortcuts),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Delete, 0),
                                                          gtk_callback_action_new (remove_by_key, NULL, NULL)));
  gtk_widget_add_controller (self->list, shortcuts);
}

/**
 * probe_recipients_set_addresses:
 * @self: the recipients
 * @addresses: (array zero-terminated=1): what the list is to hold
 */
void
probe_recipients_set_addresses (ProbeRecipients    *self,
                                const char * const *addresses)
{
  g_autofree char *text = g_strjoinv ("\n", (char **) addresses);
  g_autofree char *rest = NULL;
  g_autoptr (GError) error = NULL;

  g_list_store_remove_all (self->store);
  rest = take_text (self, text, &error);
  mark_duplicates (self);
}

/**
 * probe_recipients_get_addresses:
 * @self: the recipients
 *
 * Returns: (transfer full): the addresses of the list
 */
char **
probe_recipients_get_addresses (ProbeRecipients *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->store)); i++)
    {
      g_autoptr (ProbeRecipient) recipient = g_list_model_get_item (G_LIST_MODEL (self->store), i);

      g_strv_builder_add (builder, recipient->address);
    }

  return g_strv_builder_end (builder);
}

/**
 * probe_recipients_commit:
 * @self: the recipients
 *
 * Takes what stands in the entry into the list. What is wrong stays there, with the reason below it.
 *
 * Returns: whether nothing is left
 */
gboolean
probe_recipients_commit (ProbeRecipients *self)
{
  GtkEditable *editable = GTK_EDITABLE (self->entry);
  g_autofree char *rest = NULL;
  g_autofree char *sentence = NULL;
  g_autoptr (GError) error = NULL;

  rest = take_text (self, gtk_editable_get_text (editable), &error);
  g_signal_handlers_block_by_func (editable, on_changed, self);
  gtk_editable_set_text (editable, rest);
  gtk_editable_set_position (editable, -1);
  g_signal_handlers_unblock_by_func (editable, on_changed, self);

  sentence = error != NULL ? smtp_advice_for_error (error) : NULL;
  probe_recipients_set_error (self, sentence);

  return error == NULL;
}

/**
 * probe_recipients_fill_plan:
 * @self: the recipients
 * @plan: a plan that is being filled
 *
 * Adds the addresses, each once.
 *
 * Returns: whether the plan took them all
 */
gboolean
probe_recipients_fill_plan (ProbeRecipients *self,
                            SmtpPlan        *plan)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->store)); i++)
    {
      g_autoptr (ProbeRecipient) recipient = g_list_model_get_item (G_LIST_MODEL (self->store), i);

      if (recipient->is_duplicate)
        continue;
      if (!smtp_plan_set (plan, SMTP_PLAN_RECIPIENT, recipient->address, NULL))
        return FALSE;
    }

  return TRUE;
}

/**
 * probe_recipients_set_error:
 * @self: the recipients
 * @sentence: (nullable): what is wrong
 */
void
probe_recipients_set_error (ProbeRecipients *self,
                            const char      *sentence)
{
  gboolean was_wrong = gtk_widget_get_visible (GTK_WIDGET (self->error));

  gtk_label_set_text (self->error, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error), sentence != NULL);
  if (sentence != NULL)
    {
      gtk_widget_add_css_class (self->entry, "error");
      gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE, -1);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, sentence, -1);
    }
  else
    {
      gtk_widget_remove_css_class (self->entry, "error");
      gtk_accessible_reset_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID);
      gtk_accessible_reset_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
    }

  if (was_wrong && sentence == NULL)
    g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * probe_recipients_get_error:
 * @self: the recipients
 *
 * Returns: (transfer none): what is wrong; empty if nothing is
 */
const char *
probe_recipients_get_error (ProbeRecipients *self)
{
  return gtk_label_get_text (self->error);
}

/**
 * probe_recipients_begin_run:
 * @self: the recipients
 *
 * Forgets what became of them, and remembers which is which in the plan that was just made of them: the user may
 * change the list while the run goes on.
 */
void
probe_recipients_begin_run (ProbeRecipients *self)
{
  g_ptr_array_set_size (self->asked, 0);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->store)); i++)
    {
      g_autoptr (ProbeRecipient) recipient = g_list_model_get_item (G_LIST_MODEL (self->store), i);

      set_outcome (recipient, FALSE, SMTP_RECIPIENT_NOT_ASKED);
      if (!recipient->is_duplicate)
        g_ptr_array_add (self->asked, g_steal_pointer (&recipient));
    }
}

/**
 * probe_recipients_show_step:
 * @self: the recipients
 * @step: a settled RCPT of the run
 *
 * Shows the outcome beside the recipient it is about.
 */
void
probe_recipients_show_step (ProbeRecipients *self,
                            SmtpStep        *step)
{
  int index = smtp_step_get_recipient (step);
  SmtpRecipientOutcome outcome = SMTP_RECIPIENT_NOT_ASKED;

  if (index < 0 || (guint) index >= self->asked->len)
    return;

  if (smtp_step_get_verdict (step) == SMTP_VERDICT_ACCEPTED)
    outcome = SMTP_RECIPIENT_WORKS;
  else if (smtp_step_get_verdict (step) == SMTP_VERDICT_DEFERRED)
    outcome = SMTP_RECIPIENT_LATER;
  else if (smtp_step_get_verdict (step) == SMTP_VERDICT_REFUSED)
    outcome = SMTP_RECIPIENT_REFUSED;

  set_outcome (self->asked->pdata[index], TRUE, outcome);
}

/**
 * probe_recipients_grab_focus:
 * @self: the recipients
 *
 * Puts the cursor where addresses are added.
 */
void
probe_recipients_grab_focus (ProbeRecipients *self)
{
  gtk_widget_grab_focus (self->entry);
}
