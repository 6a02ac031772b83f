package dev.hejin.scheduler.balance;

/** Refuses problems that mean nothing or cannot be solved, naming field, value and likely fix. */
final class ProblemChecks {
  private ProblemChecks() {}

  static void check(BalanceProblem p, double clumping) {
    require(
        clumping >= 0 && clumping < Double.POSITIVE_INFINITY,
        "clumping",
        clumping,
        "a variance over a squared mean is a finite number from 0 up",
        "use 0 for loads that are certain");
    require(
        clumping == 0 || p.open(),
        "clumping",
        clumping,
        "uneven batches are counted only where slots may stay empty",
        "set replicas");
    weights(p);
    require(
        !p.mends() || (p.open() && p.previous().isPresent()),
        "mend",
        p.lost(),
        "only a placement in force whose slots may stay empty is mended",
        "set previous and replicas");
    require(p.devices() > 0, "slots", "[]", "no devices", "set num_gpus");
    groups(p);
    devices(p);
    nodeSlots(p);
    previous(p);
    history(p);
  }

  /** Called before anything reads {@code experts()}: the first row gives the width. */
  private static void weights(BalanceProblem p) {
    require(p.layers() > 0, "weights", "[]", "no layers", "check that the file has loads");
    int width = p.experts();
    require(width > 0, "weights[0]", "[]", "no experts", "check that the file has loads");
    require(width < 1 << 16, "weights[0].length", width, "over 65535", "check the orientation");
    double total = 0;
    for (int l = 0; l < p.layers(); l++) {
      double[] row = p.weights(l);
      require(
          row.length == width,
          "weights[" + l + "].length",
          row.length,
          "layer 0 has " + width + " experts",
          "a row was cut off");
      double sum = 0;
      for (int e = 0; e < width; e++) {
        // Texts are made only for what is wrong: a plan has thousands of problems of many experts.
        if (!(row[e] >= 0 && row[e] < Double.POSITIVE_INFINITY)) {
          throw new InvalidProblemException(
              "weights[" + l + "][" + e + "]",
              String.valueOf(row[e]),
              "a load is a finite number from 0 up",
              "replace it with 0");
        }
        sum += row[e];
      }
      require(
          sum < Double.POSITIVE_INFINITY,
          "weights[" + l + "]",
          "sum " + sum,
          "too large to add up",
          "give tokens, not a product of them");
      total = Math.max(total, sum);
    }
    require(total > 0, "weights", "all 0", "nothing to balance", "record for longer");
  }

  private static void devices(BalanceProblem p) {
    require(p.devices() < 1 << 16, "slots.length", p.devices(), "over 65535", "split the pool");
    int reach = p.experts() / Math.max(1, p.nodes());
    for (int d = 0; d < p.devices(); d++) {
      if (isSound(p, d) && p.slots(d) <= reach) {
        continue;
      }
      String at = "[" + d + "]";
      require(
          p.slots(d) > 0 || p.open() && p.slots(d) == 0,
          "slots" + at,
          p.slots(d),
          "a device needs a slot",
          "leave it out");
      require(
          p.speed(d) > 0 && p.speed(d) < Double.POSITIVE_INFINITY,
          "speeds" + at,
          p.speed(d),
          "a speed is a finite number above 0",
          "leave the device out");
      require(
          p.fixedSeconds(d) >= 0 && p.fixedSeconds(d) < Double.POSITIVE_INFINITY,
          "fixedSeconds" + at,
          p.fixedSeconds(d),
          "a cost is a finite number from 0 up",
          "use 0");
      require(
          p.slots(d) <= reach,
          "slots" + at,
          p.slots(d),
          "only " + reach + " experts may be on a device, each once",
          "give it at most " + reach + " slots");
    }
    require(
        p.totalSlots() >= p.experts(),
        "num_replicas",
        p.totalSlots(),
        "fewer slots than the " + p.experts() + " experts",
        "add devices or slots");
    require(
        p.replicas() >= p.experts(),
        "replicas",
        p.replicas(),
        "fewer than the " + p.experts() + " experts",
        "allow one for each expert");
    require(
        !p.open() || !p.hierarchical(),
        "replicas",
        p.replicas(),
        "slots may not stay empty where groups are bound to nodes",
        "fill every slot");
    require(
        (long) p.totalSlots() <= (long) p.experts() * p.devices(),
        "num_replicas",
        p.totalSlots(),
        "more than one replica of each expert on each device",
        "use at most " + (long) p.experts() * p.devices());
  }

  private static boolean isSound(BalanceProblem p, int d) {
    return (p.slots(d) > 0 || p.open() && p.slots(d) == 0)
        && p.speed(d) > 0
        && p.speed(d) < Double.POSITIVE_INFINITY
        && p.fixedSeconds(d) >= 0
        && p.fixedSeconds(d) < Double.POSITIVE_INFINITY;
  }

  private static void groups(BalanceProblem p) {
    require(p.nodes() > 0, "num_nodes", p.nodes(), "not positive", "use 1");
    require(p.groups() > 0, "num_groups", p.groups(), "not positive", "use 1");
    if (!p.hierarchical()) {
      return;
    }
    divides("num_groups", p.groups(), p.experts(), "experts");
    divides("num_nodes", p.nodes(), p.groups(), "groups");
    divides("num_nodes", p.nodes(), p.devices(), "devices");
  }

  private static void nodeSlots(BalanceProblem p) {
    int perNode = p.devices() / p.nodes();
    int experts = p.experts() / p.nodes();
    for (int n = 0; n < p.nodes(); n++) {
      int slots = 0;
      for (int d = n * perNode; d < (n + 1) * perNode; d++) {
        slots += p.slots(d);
      }
      require(
          slots >= experts,
          "slots of node " + n,
          slots,
          "fewer than the " + experts + " experts of its groups",
          "use policy global, or give each node as many slots");
    }
  }

  private static void divides(String field, int by, int whole, String what) {
    require(
        whole % by == 0,
        field,
        by,
        "does not divide " + whole + " " + what,
        "use policy global, or a divisor of " + whole);
  }

  private static void previous(BalanceProblem p) {
    int[][] old = p.previous().orElse(null);
    if (old == null) {
      require(p.maxMoves() < 0, "max_moves", p.maxMoves(), "no previous plan", "give --previous");
      return;
    }
    require(
        old.length == p.layers(),
        "previous.length",
        old.length,
        "the problem has " + p.layers() + " layers",
        "the plan is of another model");
    for (int l = 0; l < old.length; l++) {
      require(
          old[l].length == p.totalSlots(),
          "previous[" + l + "].length",
          old[l].length,
          "the problem has " + p.totalSlots() + " slots",
          "the plan is of another pool: solve without --previous");
      for (int s = 0; s < old[l].length; s++) {
        int expert = old[l][s];
        // The text is made only for what is wrong: large plans have a hundred thousand slots.
        if (expert < (p.open() ? Cell.EMPTY : 0) || expert >= p.experts()) {
          throw new InvalidProblemException(
              "previous[" + l + "][" + s + "]",
              String.valueOf(expert),
              "experts are 0 to " + (p.experts() - 1),
              "the plan is of another model");
        }
      }
    }
  }

  private static void history(BalanceProblem p) {
    double[][][] windows = p.history();
    for (int t = 0; t < windows.length; t++) {
      String at = "history[" + t + "]";
      require(
          windows[t].length == p.layers(),
          at + ".length",
          windows[t].length,
          "the problem has " + p.layers() + " layers",
          "the window is of another model");
      for (int l = 0; l < windows[t].length; l++) {
        require(
            windows[t][l].length == p.experts(),
            at + "[" + l + "].length",
            windows[t][l].length,
            "the problem has " + p.experts() + " experts",
            "the window is of another model");
        for (double w : windows[t][l]) {
          if (!(w >= 0 && w < Double.POSITIVE_INFINITY)) {
            throw new InvalidProblemException(
                at + "[" + l + "]",
                String.valueOf(w),
                "a load is a finite number from 0 up",
                "replace it with 0");
          }
        }
      }
    }
  }

  private static void require(boolean ok, String field, Object value, String reason, String fix) {
    if (!ok) {
      throw new InvalidProblemException(field, String.valueOf(value), reason, fix);
    }
  }
}
