using System.Diagnostics.CodeAnalysis;

namespace Traversal.Client.Identity;

/// <summary>What came of a request, and the value where it came to something.</summary>
/// <typeparam name="T">The value's type.</typeparam>
/// <param name="Status">What became of it.</param>
/// <param name="Value">The value; null where the status is not <see cref="IdentityStatus.Ok"/>.</param>
public readonly record struct IdentityResult<T>(IdentityStatus Status, T? Value)
    where T : class
{
    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsOk => Status == IdentityStatus.Ok && Value is not null;

    /// <summary>Without a value.</summary>
    public static implicit operator IdentityResult<T>(IdentityStatus status) => new(status, null);
}
