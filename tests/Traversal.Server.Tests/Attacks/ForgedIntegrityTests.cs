using Traversal.Stun;
using Traversal.Turn.Tests.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>coturn#1869, #1932: a comparison that stops at the first difference tells an attacker how far a guess was right.</summary>
public sealed class ForgedIntegrityTests
{
    // What these compare is known to everybody: lists that were offered, names, nonces, addresses, sealed tokens.
    private static readonly string[] Public =
    [
        "RelayMachine.Authentication.cs", "RelayMachine.Tokens.cs", "TokenSession.cs", "ByteStringComparer.cs", "ConnectionDirectory.cs",
        "Authenticator.cs", "Challenge.cs", "SigningTerms.cs",
    ];

    [Fact]
    public void Every_bit_of_the_integrity_counts()
    {
        var relay = new TestRelay(options => options.RepliesPerSecond = 0);
        var client = new TestClient(relay);
        client.Allocate();
        byte[] request = client.Message(StunMethod.Refresh, null, TestClient.NewId(), authenticate: true);
        for (int bit = 0; bit < 160; bit++)
        {
            byte[] forged = [.. request];
            forged[^(1 + bit / 8)] ^= (byte)(1 << bit % 8);
            Assert.Equal(401, client.Send(forged).Code);
        }

        Assert.True(client.Send(request).IsSuccess);
    }

    [Fact]
    public void Secrets_are_compared_in_constant_time()
    {
        string source = Path.Combine(Root(), "src");
        string[] suspects = [.. ((string[])["Traversal.Stun", "Traversal.Turn"])
            .SelectMany(project => Directory.EnumerateFiles(Path.Combine(source, project), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => File.ReadAllText(file).Contains("SequenceEqual(", StringComparison.Ordinal))
            .Select(file => Path.GetFileName(file))
            .Except(Public, StringComparer.Ordinal)];

        Assert.Empty(suspects);
        Assert.Contains("ConstantTime.", File.ReadAllText(Path.Combine(source, "Traversal.Stun", "StunMessage.Integrity.cs")) + File.ReadAllText(Path.Combine(source, "Traversal.Stun", "IntegrityKey.cs")), StringComparison.Ordinal);
        Assert.Contains("CryptographicOperations.FixedTimeEquals(hash", File.ReadAllText(Path.Combine(source, "Traversal.Turn", "Server", "Admission", "NonceKeeper.cs")), StringComparison.Ordinal);
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Traversal.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("This test runs inside the repository.");
    }
}
