namespace Traversal.Fuzz;

/// <summary>Something that must hold for every input did not.</summary>
internal sealed class InvariantException(string message) : Exception(message);
