package dev.hejin.scheduler.app.runtime;

/** What a run came to: so that a test can tell that something happened in it. */
final class VirtualTally {
  int leaders;
  int plans;
  int activations;
  int deletions;
  int nodesLost;
  int made;
  int refused;
  long orders;
  long refusedOrders;
  long revision;

  void add(VirtualTally other) {
    leaders += other.leaders;
    plans += other.plans;
    activations += other.activations;
    deletions += other.deletions;
    nodesLost += other.nodesLost;
    made += other.made;
    refused += other.refused;
    orders += other.orders;
    refusedOrders += other.refusedOrders;
    revision += other.revision;
  }

  @Override
  public String toString() {
    return "leaders "
        + leaders
        + ", plans "
        + plans
        + ", activations "
        + activations
        + ", deletions "
        + deletions
        + ", nodes lost "
        + nodesLost
        + ", requests made "
        + made
        + " and refused "
        + refused
        + ", orders "
        + orders
        + " and refused "
        + refusedOrders
        + ", revision "
        + revision;
  }
}
