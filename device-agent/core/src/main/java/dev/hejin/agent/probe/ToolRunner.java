package dev.hejin.agent.probe;

/** Runs vendor tools, or plays their recorded outputs. */
@FunctionalInterface
public interface ToolRunner {
  /** Returns within the runner's time limit; never throws. */
  ToolOutput run(ToolCommand command);
}
