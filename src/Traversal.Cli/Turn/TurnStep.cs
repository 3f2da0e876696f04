namespace Traversal.Cli.Turn;

/// <summary>One step of the check.</summary>
internal sealed record TurnStep(string Name, bool IsOk, TimeSpan Time, string Text);
