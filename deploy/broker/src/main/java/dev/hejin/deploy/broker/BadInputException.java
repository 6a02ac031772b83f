package dev.hejin.deploy.broker;

/** Something the caller can put right: a wrong option, folder or port. */
final class BadInputException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param what what is wrong, with the values
   * @param likelyFix what to do about it, starting in lower case
   */
  BadInputException(String what, String likelyFix) {
    super(what + System.lineSeparator() + "Maybe " + likelyFix);
  }
}
