namespace Traversal.Simulation.Runs;

/// <summary>One time that two peers met.</summary>
/// <param name="Outcome">How.</param>
/// <param name="Time">From the first offer until both had a way, or until both had failed; zero where they met again.</param>
public readonly record struct RunMeeting(RunOutcome Outcome, TimeSpan Time);
