using System.Diagnostics.CodeAnalysis;

namespace Traversal.Fuzz;

/// <summary>What must hold for every input.</summary>
internal static class Invariant
{
    /// <summary>Ends the run as a finding unless <paramref name="holds"/>.</summary>
    /// <exception cref="InvariantException">It does not hold.</exception>
    public static void Holds([DoesNotReturnIf(false)] bool holds, string what)
    {
        if (!holds) throw new InvariantException(what);
    }
}
