using System.Diagnostics.CodeAnalysis;

namespace Traversal.Client;

/// <summary>What was asked for, or why it is not there.</summary>
/// <param name="Value">It: the caller's to dispose of. Null unless <see cref="IsOk"/>.</param>
/// <param name="Outcome">How it went.</param>
public readonly record struct TurnResult<T>(T? Value, TurnOutcome Outcome)
    where T : class
{
    /// <summary>Whether it is there.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsOk => Value is not null;

    /// <inheritdoc/>
    public override string ToString() => Outcome.ToString();
}
