using System.Diagnostics.CodeAnalysis;

namespace Traversal.Client.Network;

/// <summary>What was asked for, or why the network has not got it.</summary>
/// <param name="Value">What was asked for; if it was opened, the caller's to dispose of. Null unless <see cref="IsOk"/>.</param>
/// <param name="Status"><see cref="NetworkStatus.Ok"/>, or the reason.</param>
public readonly record struct NetworkResult<T>(T? Value, NetworkStatus Status)
    where T : class
{
    /// <summary>An attempt that failed.</summary>
    public NetworkResult(NetworkStatus failure)
        : this(null, failure)
    {
    }

    /// <summary>An attempt that succeeded.</summary>
    public NetworkResult(T value)
        : this(value, NetworkStatus.Ok)
    {
    }

    /// <summary>Whether it is there.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsOk => Status == NetworkStatus.Ok;
}
