package dev.hejin.lab.serving;

/** Requests in a row. */
final class RequestQueue {
  private final Requests requests;
  private int head = Requests.NONE;
  private int tail = Requests.NONE;
  private int size;

  RequestQueue(Requests requests) {
    this.requests = requests;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The first one, which stays. */
  int head() {
    return head;
  }

  void addLast(int i) {
    requests.next[i] = Requests.NONE;
    if (size == 0) {
      head = i;
    } else {
      requests.next[tail] = i;
    }
    tail = i;
    size++;
  }

  void addFirst(int i) {
    requests.next[i] = head;
    head = i;
    if (size == 0) {
      tail = i;
    }
    size++;
  }

  int removeFirst() {
    int i = head;
    head = requests.next[i];
    size--;
    if (size == 0) {
      tail = Requests.NONE;
    }
    return i;
  }
}
