package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.StageCost;
import dev.hejin.scheduler.model.Bridge;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.plan.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Stages of two kinds of devices: attention on one and experts on the other, where the options ask
 * for it, and both on both, where a bridge joins the libraries of the two.
 */
final class StagePairs {
  /** Up to so many pairs all are tried. */
  private static final int FEW = 200;

  /** Of more, those of two types whose sides take times that differ by no more than this. */
  private static final double APART = 1.6;

  private static final int PARTS = 2;

  private final PlanningContext context;
  private final LayerClasses classes;
  private final List<StageForm> divided = new ArrayList<>();
  private final List<StageForm> spanning = new ArrayList<>();

  StagePairs(PlanningContext context, List<DeviceKind> kinds, LayerClasses classes) {
    this.context = context;
    this.classes = classes;
    boolean divides = divides(context);
    for (DeviceKind kind : kinds) {
      for (DeviceKind other : kinds) {
        String library = library(kind);
        Bridge bridge = context.request().pool().bridge(library, library(other)).orElse(null);
        boolean meet = bridge != null || shareLibrary(kind, other);
        if (divides && meet) {
          add(divided, kind, other, false, bridge);
        }
        boolean spans = bridge != null && context.traffic() == null && kind.index() < other.index();
        if (spans) {
          add(spanning, kind, other, true, bridge);
        }
      }
    }
  }

  /**
   * Whether stages are divided: not those that read prompts, because how parts of a prompt go back
   * and forth is another matter.
   */
  static boolean divides(PlanningContext context) {
    return context.request().options().expertsApart()
        && context.traffic() == null
        && context.model().isMoe();
  }

  /** The refusals of a plan where stages of two kinds were asked for. */
  static List<Refusal> unbridged(PlanningContext context, Inventory inventory) {
    return context.hasPairs() ? allUnbridged(context, inventory) : List.of();
  }

  /** Libraries of the pool that no bridge joins. */
  static List<Refusal> allUnbridged(PlanningContext context, Inventory inventory) {
    List<Refusal> refusals = new ArrayList<>();
    TreeSet<String> libraries = new TreeSet<>();
    for (Inventory.Group group : inventory.groups()) {
      libraries.add(group.members().getFirst().device().collectiveLibrary());
    }
    for (String library : libraries) {
      for (String other : libraries.tailSet(library, false)) {
        if (context.request().pool().bridge(library, other).isEmpty()) {
          refusals.add(
              new Refusal(
                  "stages on " + library + " and " + other,
                  "no bridge joins the two libraries"
                      + "\nMaybe state one under bridges in the pool file, if there is one."));
        }
      }
    }
    return refusals;
  }

  /**
   * Names of libraries are not unique over vendors, and one that nobody knows is shared by none.
   */
  private static boolean shareLibrary(DeviceKind kind, DeviceKind other) {
    return kind == other
        || (!library(kind).isEmpty()
            && library(kind).equals(library(other))
            && kind.fastest().device().vendor().equals(other.fastest().device().vendor()));
  }

  private static String library(DeviceKind kind) {
    return kind.fastest().device().collectiveLibrary();
  }

  /** Replicas of each layer's experts, at most: more devices than that would have none. */
  private double mostReplicas() {
    int experts = 0;
    for (LayerSpec layer : context.model().layers()) {
      experts = Math.max(experts, layer.routedExperts());
    }
    return experts * (1 + context.request().options().redundantExpertShare());
  }

  private void add(
      List<StageForm> forms,
      DeviceKind kind,
      DeviceKind other,
      boolean spans,
      @Nullable Bridge bridge) {
    for (int devices : kind.builtSizes()) {
      for (int others : other.builtSizes()) {
        StageForm form = new StageForm(kind, devices, 1, other, others, spans, bridge);
        boolean enough = kind != other || devices + others <= kind.count();
        if (enough && form.hasFormats() && (spans || others <= mostReplicas())) {
          forms.add(form);
        }
      }
    }
  }

  /** The forms for that many tokens of a microbatch. */
  List<StageForm> forms(double tokens) {
    List<StageForm> forms = new ArrayList<>(spanning);
    LayerSpec layer = classes.firstMoe();
    if (divided.size() <= FEW || layer == null) {
      forms.addAll(divided);
      return forms;
    }
    for (StageForm form : divided) {
      if (form.kind() == form.other()) {
        continue;
      }
      double ratio = attentionSeconds(form, layer, tokens) / expertSeconds(form, layer, tokens);
      if (ratio < APART && ratio > 1 / APART) {
        forms.add(form);
      }
    }
    return forms;
  }

  private double attentionSeconds(StageForm form, LayerSpec layer, double tokens) {
    DeviceSet one = form.kind().set(1);
    double own = tokens / PARTS / form.devices();
    return one.cost(context.step(), one.shares(), own).baseSeconds(layer);
  }

  private double expertSeconds(StageForm form, LayerSpec layer, double tokens) {
    DeviceKind other = form.other() == null ? form.kind() : form.other();
    DeviceSet one = other.set(1);
    StageCost cost = one.cost(context.step(), one.shares(), tokens / PARTS);
    double touched = classes.touched(tokens / PARTS)[classes.of(layer.index())];
    return LayerClasses.expertSeconds(cost, layer, touched) / form.otherDevices();
  }
}
