package dev.hejin.lab.serving;

import dev.hejin.lab.event.EventQueue;
import dev.hejin.lab.physics.StagePhysics;
import dev.hejin.lab.scenario.Serving;
import dev.hejin.lab.traffic.RequestSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A serving engine with continuous batching. As many groups of sequences as there are pipeline
 * stages go round; each iteration gives every sequence of a group one token and reads chunks of
 * prompts with what the token budget leaves. A request is admitted when its group has room and its
 * whole cache fits: none is ever pushed out.
 *
 * <p>Complexity: O(stages) for an iteration, O(1) for a request beside its prompt's chunks.
 */
public final class ServingEngine {
  private static final int WAKE = 0xFFFF;

  private final int service;
  private final Serving serving;
  private final RequestSource source;
  private final EventQueue events;
  private final ServiceObserver observer;
  private final SplittableRandom chance;
  private final Requests requests = new Requests();
  private final RequestQueue waiting = new RequestQueue(requests);
  private final List<ArrayDeque<Group>> queues = new ArrayList<>();
  private List<Group> groups = new ArrayList<>();
  private List<StagePhysics> stages = List.of();

  /** Stages of another number, which wait until all groups are through. */
  private List<StagePhysics> pending = List.of();

  private Group[] running = new Group[0];
  private double[] enteredSeconds = new double[0];
  private long cacheTokens;
  private long cacheUsed;
  private int version;
  private boolean isStalled;
  private double wakeSeconds = Double.POSITIVE_INFINITY;

  /**
   * @param service number of the service, which its events carry
   * @param chance of iterations
   */
  public ServingEngine(
      int service,
      Serving serving,
      RequestSource source,
      EventQueue events,
      ServiceObserver observer,
      SplittableRandom chance) {
    this.service = service;
    this.serving = serving;
    this.source = source;
    this.events = events;
    this.observer = observer;
    this.chance = chance;
  }

  /** The service that an event is of. */
  public static int serviceOf(long event) {
    return (int) (event >>> 48);
  }

  private long event(int group) {
    return (long) service << 48 | (long) group << 32 | version & 0xFFFFFFFFL;
  }

  /**
   * Serves with these stages from now on. With as many stages as before, what is on its way goes on
   * as it was; otherwise groups end their iterations first, and sequences are then dealt to as many
   * groups as there are stages.
   *
   * @param tokens of cache that there is room for
   */
  public void layout(double now, List<StagePhysics> next, long tokens) {
    cacheTokens = tokens;
    if (next.size() == stages.size()) {
      stages = List.copyOf(next);
      if (!pending.isEmpty()) {
        pending = List.of();
        wake(now);
      }
    } else {
      pending = List.copyOf(next);
      changeWhenThrough(now);
    }
  }

  private void changeWhenThrough(double now) {
    if (isStalled || groups.stream().allMatch(group -> group.isAsleep)) {
      stages = pending;
      pending = List.of();
      deal(stages.size());
      restart(now);
    }
  }

  /** Nothing is served until {@link #resume}; what was on its way begins anew then. */
  public void stall() {
    isStalled = true;
    version++;
  }

  public boolean isStalled() {
    return isStalled;
  }

  /** Serves again. */
  public void resume(double now) {
    if (isStalled) {
      isStalled = false;
      restart(now);
    }
  }

  private void restart(double now) {
    version++;
    wakeSeconds = Double.POSITIVE_INFINITY;
    queues.clear();
    stages.forEach(stage -> queues.add(new ArrayDeque<>()));
    running = new Group[stages.size()];
    enteredSeconds = new double[groups.size()];
    if (!isStalled) {
      for (Group group : groups) {
        begin(now, group);
      }
    }
  }

  private void deal(int count) {
    List<Group> old = groups;
    groups = new ArrayList<>();
    for (int g = 0; g < count; g++) {
      groups.add(new Group(g, requests));
    }
    int turn = 0;
    for (Group from : old) {
      while (!from.prompts.isEmpty()) {
        groups.get(turn++ % count).prompts.addLast(from.prompts.removeFirst());
      }
      for (int at = 0; at < Group.RING; at++) {
        int left = at - from.iteration & Group.RING - 1;
        int i = from.ending[at];
        while (i != Requests.NONE) {
          int next = requests.next[i];
          Group to = groups.get(turn++ % count);
          int iterations = left + requests.beyond[i];
          to.decoding++;
          to.cached += requests.context[i] + requests.outputLeft[i] - iterations - 1;
          to.put(i, iterations);
          i = next;
        }
      }
    }
  }

  /**
   * Caches on lost devices are lost: each running sequence has lost its own with this chance, and
   * waits, before all others, to be computed again.
   */
  public void lose(double share, SplittableRandom which) {
    for (Group group : groups) {
      RequestQueue kept = new RequestQueue(requests);
      while (!group.prompts.isEmpty()) {
        int i = group.prompts.removeFirst();
        if (which.nextDouble() < share) {
          again(i, requests.outputLeft[i]);
        } else {
          kept.addLast(i);
        }
      }
      while (!kept.isEmpty()) {
        group.prompts.addLast(kept.removeFirst());
      }
      for (int at = 0; at < Group.RING; at++) {
        int left = at - group.iteration & Group.RING - 1;
        int i = group.ending[at];
        group.ending[at] = Requests.NONE;
        while (i != Requests.NONE) {
          int next = requests.next[i];
          int iterations = left + requests.beyond[i];
          if (which.nextDouble() < share) {
            group.decoding--;
            group.cached -= requests.context[i] + requests.outputLeft[i] - iterations - 1;
            again(i, iterations + 1);
          } else {
            requests.next[i] = group.ending[at];
            group.ending[at] = i;
          }
          i = next;
        }
      }
    }
  }

  private void again(int i, int outputLeft) {
    requests.context[i] += requests.outputLeft[i] - outputLeft;
    requests.outputLeft[i] = Math.max(1, outputLeft);
    requests.promptLeft[i] = requests.context[i];
    cacheUsed -= requests.cacheTokens(i);
    waiting.addFirst(i);
  }

  /** Carries on with an event of this service. */
  public void handle(double now, long event) {
    if ((int) event != version || isStalled) {
      return;
    }
    int number = (int) (event >>> 32) & 0xFFFF;
    if (number == WAKE) {
      wakeSeconds = Double.POSITIVE_INFINITY;
      wake(now);
      return;
    }
    Group group = groups.get(number);
    for (int s = 0; s < running.length; s++) {
      if (running[s] == group) {
        running[s] = null;
        Group follower = queues.get(s).poll();
        if (follower != null) {
          work(now, s, follower);
        }
        if (s + 1 < running.length) {
          enter(now, s + 1, group);
        } else {
          end(now, group);
          begin(now, group);
        }
        break;
      }
    }
  }

  private void begin(double now, Group group) {
    if (!pending.isEmpty()) {
      group.isAsleep = true;
      changeWhenThrough(now);
      return;
    }
    arrive(now);
    int most = Math.ceilDiv(serving.maxSequences(), groups.size());
    while (!waiting.isEmpty() && group.members() < most) {
      long need = requests.cacheTokens(waiting.head());
      if (cacheUsed + need > cacheTokens) {
        if (cacheUsed > 0) {
          break;
        }
        int i = waiting.removeFirst();
        observer.refused(requests.arrivalSeconds[i]);
        requests.give(i);
        continue;
      }
      cacheUsed += need;
      group.prompts.addLast(waiting.removeFirst());
    }
    group.compose(serving.tokenBudget());
    group.isAsleep = group.work.tokens() == 0;
    if (group.isAsleep) {
      if (source.seconds() < wakeSeconds && Double.isFinite(source.seconds())) {
        wakeSeconds = source.seconds();
        events.add(wakeSeconds, event(WAKE));
      }
    } else {
      enter(now, 0, group);
    }
  }

  private void wake(double now) {
    List<Group> present = groups;
    for (Group group : present) {
      if (group.isAsleep && groups == present) {
        begin(now, group);
      }
    }
  }

  private void arrive(double now) {
    while (source.seconds() <= now) {
      observer.arrived(source.seconds());
      if (waiting.size() >= serving.queueLimit()) {
        observer.refused(source.seconds());
      } else {
        waiting.addLast(
            requests.take(source.seconds(), source.promptTokens(), source.outputTokens()));
      }
      source.next();
    }
  }

  private void enter(double now, int stage, Group group) {
    enteredSeconds[group.number] = now;
    if (running[stage] == null) {
      work(now, stage, group);
    } else {
      queues.get(stage).add(group);
    }
  }

  private void work(double now, int stage, Group group) {
    running[stage] = group;
    StagePhysics physics = stages.get(stage);
    double end = now + physics.seconds(group.work, chance);
    observer.stage(
        stage, group.number, enteredSeconds[group.number], now, end, physics, group.work);
    events.add(end, event(group.number));
  }

  private void end(double now, Group group) {
    observer.tokens(now, group.decoding);
    group.cached += group.decoding;
    int i = group.takeEnding();
    while (i != Requests.NONE) {
      int next = requests.next[i];
      if (requests.beyond[i] > 0) {
        group.put(i, requests.beyond[i]);
      } else {
        group.decoding--;
        group.cached -= requests.context[i] + requests.outputLeft[i];
        finish(now, i);
      }
      i = next;
    }
    int left = (int) group.work.promptTokens;
    while (left > 0) {
      i = group.prompts.head();
      int chunk = Math.min(left, requests.promptLeft[i]);
      requests.promptLeft[i] -= chunk;
      left -= chunk;
      if (requests.promptLeft[i] == 0) {
        group.prompts.removeFirst();
        answer(now, group, i);
      }
    }
    group.iteration++;
    if (!waiting.isEmpty() && pending.isEmpty()) {
      wake(now);
    }
  }

  /** A prompt is read: its next token is there. */
  private void answer(double now, Group group, int i) {
    if (Double.isNaN(requests.firstSeconds[i])) {
      requests.firstSeconds[i] = now;
      observer.first(requests.arrivalSeconds[i], now);
    }
    observer.tokens(now, 1);
    if (requests.outputLeft[i] == 1) {
      finish(now, i);
      return;
    }
    // It is in the cache by the next iteration, and ends with the one that brings its last token.
    requests.context[i]++;
    requests.outputLeft[i]--;
    group.decoding++;
    group.cached += requests.context[i];
    group.put(i, requests.outputLeft[i]);
  }

  private void finish(double now, int i) {
    observer.finished(
        requests.arrivalSeconds[i], requests.firstSeconds[i], now, requests.output[i]);
    cacheUsed -= requests.cacheTokens(i);
    requests.give(i);
  }

  /** The end of time: requests that are not through are told. */
  public void close(double now) {
    arrive(now);
    while (!waiting.isEmpty()) {
      unfinished(now, waiting.removeFirst());
    }
    for (Group group : groups) {
      while (!group.prompts.isEmpty()) {
        unfinished(now, group.prompts.removeFirst());
      }
      for (int at = 0; at < Group.RING; at++) {
        for (int i = group.ending[at]; i != Requests.NONE; i = requests.next[i]) {
          unfinished(now, i);
        }
      }
    }
  }

  private void unfinished(double now, int i) {
    observer.unfinished(requests.arrivalSeconds[i], requests.firstSeconds[i], now);
  }

  /** Requests that wait. */
  public int waiting() {
    return waiting.size();
  }
}
