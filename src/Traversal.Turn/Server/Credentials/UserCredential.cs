namespace Traversal.Turn.Server;

/// <summary>A user with a password. It has no text form, so that it cannot be logged by accident.</summary>
/// <param name="name">The name, at most 508 bytes of UTF-8.</param>
/// <param name="password">The password.</param>
public sealed class UserCredential(string name, string password)
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;

    internal string Password { get; } = password;
}
