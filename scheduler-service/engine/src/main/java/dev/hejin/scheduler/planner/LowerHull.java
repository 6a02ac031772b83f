package dev.hejin.scheduler.planner;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Points of a plane of which one makes {@code a x + b y} least for some a, b >= 0: the lower left
 * of their convex hull (Andrew 1979). All prices are looked up in it, so that hundreds of points
 * cost as much as a dozen.
 *
 * @param <P> a point
 */
final class LowerHull<P extends LowerHull.Point> {

  /** What is priced. */
  interface Point {
    double x();

    double y();
  }

  /** By x, then by y. Spelled out: each round of a bound sorts all its cells. */
  static final Comparator<Point> ORDER =
      (a, b) -> {
        int byX = Double.compare(a.x(), b.x());
        return byX != 0 ? byX : Double.compare(a.y(), b.y());
      };

  private final List<P> corners = new ArrayList<>();

  /**
   * @param points at least one
   */
  LowerHull(List<P> points) {
    List<P> sorted = new ArrayList<>(points);
    sorted.sort(ORDER);
    for (P point : sorted) {
      if (!corners.isEmpty() && point.y() >= corners.getLast().y()) {
        continue;
      }
      while (corners.size() > 1 && !turns(corners.get(corners.size() - 2), point)) {
        corners.removeLast();
      }
      corners.add(point);
    }
  }

  /** Whether the last corner lies below the line between two points. */
  private boolean turns(P from, P to) {
    P middle = corners.getLast();
    return (middle.x() - from.x()) * (to.y() - from.y())
        > (middle.y() - from.y()) * (to.x() - from.x());
  }

  /** The cheapest point at prices of x and of y. */
  P cheapest(double priceX, double priceY) {
    P best = corners.getFirst();
    double least = priceX * best.x() + priceY * best.y();
    for (int i = 1; i < corners.size(); i++) {
      P point = corners.get(i);
      double cost = priceX * point.x() + priceY * point.y();
      if (cost > least) {
        break;
      }
      least = cost;
      best = point;
    }
    return best;
  }
}
