using System.Diagnostics.CodeAnalysis;

namespace Traversal.Client.Links;

/// <summary>A connection to a server, or why there is none.</summary>
internal readonly record struct LinkResult<T>(T? Value, TurnStatus Status, string? Detail)
    where T : class
{
    public LinkResult(T value)
        : this(value, TurnStatus.Ok, null)
    {
    }

    public LinkResult(TurnStatus failure, string detail)
        : this(null, failure, detail.TrimEnd('.'))
    {
    }

    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsOk => Value is not null;
}
