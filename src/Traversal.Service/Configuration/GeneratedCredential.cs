using System.Security.Cryptography;

namespace Traversal.Service.Configuration;

/// <summary>A credential made at start because the operator gave none: the server is never open to everybody.</summary>
/// <param name="Username">The user name.</param>
/// <param name="Password">The password: 130 random bits.</param>
public sealed record GeneratedCredential(string Username, string Password)
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>Makes one from the system's random source.</summary>
    public static GeneratedCredential Create() =>
        new("user-" + RandomNumberGenerator.GetString(Alphabet, 6), RandomNumberGenerator.GetString(Alphabet, 26));
}
