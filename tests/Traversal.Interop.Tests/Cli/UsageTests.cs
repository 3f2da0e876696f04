using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests.Cli;

/// <summary>What the operator typed wrong ends with exit code 2 and one line that names it.</summary>
public sealed class UsageTests
{
    public static TheoryData<string, string[]> Mistakes => new()
    {
        { "no-such-command", ["no-such-command"] },
        { "--no-such-option", ["serve", "--no-such-option"] },
        { "--realm", ["serve", "--realm"] },
        { "--listen", ["serve", "--listen", "ftp://127.0.0.1:3478"] },
        { "--listen", ["serve", "--listen", "udp://127.0.0.1:70000"] },
        { "--listen", ["serve", "--listen", "127.0.0.1"] },
        { "--certificate", ["serve", "--listen", "tls://127.0.0.1:0", "--certificate", "/no/such/file"] },
        { "--key", ["serve", "--listen", "tls://127.0.0.1:0", "--key", "/no/such/file"] },
        { "--certificate", ["serve", "--listen", "wss://127.0.0.1:0", "--certificate", "/no/such/file"] },
        { "--certificate", ["serve", "--listen", "udp://127.0.0.1:0", "--certificate", "/no/such/file"] },
        { "--origin", ["serve", "--listen", "udp://127.0.0.1:0", "--origin", "https://example.org"] },
        { "--tcp-relay", ["serve", "--listen", "udp://127.0.0.1:0", "--tcp-relay"] },
        { "--tcp-rleay", ["serve", "--auth-secret", "secret", "--tcp-rleay"] },
        { "stray", ["serve", "--listen", "udp://127.0.0.1:0", "stray"] },
        { "--realm", ["serve", "--realm", "example\n.org"] },
        { "--user", ["serve", "--user", "alice:correct\u0001horse"] },
        { "--listen", ["serve", "--listen", "wss://127.0.0.1:70000"] },
        { "--origin", ["serve", "--origin", "example.org"] },
        { "--proxy-from", ["serve", "--proxy-from", "10.0.0.0/99"] },
        { "--relay-address", ["serve", "--relay-address", "here"] },
        { "--stun-server", ["serve", "--listen", "udp://127.0.0.1:0", "--relay-address", "127.0.0.1=auto"] },
        { "--stun-server", ["serve", "--listen", "udp://127.0.0.1:0", "--relay-address", "127.0.0.1", "--stun-server", "127.0.0.1"] },
        { "--stun-server", ["serve", "--listen", "udp://127.0.0.1:0", "--relay-address", "127.0.0.1=auto", "--stun-server", "127.0.0.1:no-port"] },
        { "--relay-ports", ["serve", "--relay-ports", "60000-50000"] },
        { "--user", ["serve", "--user", "nobody"] },
        { "--user", ["serve", "--user", "@/no/such/file"] },
        { "--auth-secret", ["serve", "--auth-secret", "@/no/such/file"] },
        { "--token-key", ["serve", "--token-key", "key-1"] },
        { "--token-key", ["serve", "--token-key", "key-1=not base64"] },
        { "--token-key", ["serve", "--token-key", "key-1=c2hvcnQ="] },
        { "--token-key", ["serve", "--token-key", "@/no/such/file"] },
        { "--token-server-name", ["serve", "--listen", "udp://127.0.0.1:0", "--token-server-name", "turn1"] },
        { "--token-server-name", ["serve", "--listen", "udp://127.0.0.1:0", "--http", "off", "--token-key", "key-1=MDEyMzQ1Njc4OTAxMjM0NQ==", "--token-server-name", "turn-1.north.example.org", "--realm", "north.example.org"] },
        { "--allow-peer", ["serve", "--allow-peer", "300.0.0.0/8"] },
        { "--deny-peer", ["serve", "--deny-peer", "10.0.0.0/99"] },
        { "--workers", ["serve", "--workers", "many"] },
        { "--http", ["serve", "--http", "nowhere"] },
        { "--user-quota", ["serve", "--user-quota", "-1"] },
        { "--drain-timeout", ["serve", "--drain-timeout", "soon"] },
        { "--nat-discovery", ["serve", "--nat-discovery", "perhaps"] },
        { "--nat-discovery", ["serve", "--nat-discovery", "--listen", "udp://127.0.0.1:0"] },
        { "--config", ["serve", "--config", "/no/such/file.json"] },
        { "stun", ["stun", "127.0.0.1:no-port"] },
        { "stun: SERVER is missing", ["stun"] },
        { "nat: SERVER is missing", ["nat"] },
        { "turn: URI is missing", ["turn", "--user", "alice"] },
        { "--controlling", ["ice-peer", "--controlling", "--controlled"] },
        { "--bind", ["ice-peer", "--bind", "nowhere"] },
        { "--stun", ["ice-peer", "--stun", "127.0.0.1:no-port"] },
        { "--turn", ["ice-peer", "--turn", "ftp://127.0.0.1", "--user", "alice", "--pass", "secret"] },
        { "--user", ["ice-peer", "--turn", "127.0.0.1"] },
        { "--password", ["ice-peer", "--turn", "127.0.0.1", "--user", "alice"] },
        { "--exit-after", ["ice-peer", "--exit-after", "0"] },
        { "--exit-after", ["ice-peer", "--exit-after", "soon"] },
        { "--ping-interval", ["ice-peer", "--ping-interval", "-1"] },
        { "URI", ["ice", "stun:127.0.0.1:no-port"] },
        { "--user", ["ice", "turn:127.0.0.1"] },
        { "--timeout", ["ice", "--timeout", "0"] },
        { "--timeout", ["ice", "--timeout", "soon"] },
        { "--bogus", ["ice", "--bogus"] },
        { "--bogus", ["ice", "stun:127.0.0.1", "--bogus=1"] },
        { "--relay-only", ["ice", "stun:127.0.0.1", "--relay-only"] },
        { "serve, stun, nat, turn", [] },
    };

    public static TheoryData<string, string> ConfigMistakes => new()
    {
        { "--config", "not JSON" },
        { "--config", "[]" },
        { "no-such-option", """{ "no-such-option": 1 }""" },
        { "workers", """{ "workers": "many" }""" },
        { "listen", """{ "listen": ["udp://127.0.0.1:70000"] }""" },
        { "realm", """{ "realm": ["one", "two"] }""" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_on_the_command_line_is_named_in_one_line(string name, string[] arguments) =>
        AssertOneLine(2, name, await TraversalBinary.RunAsync(arguments));

    [Theory]
    [MemberData(nameof(ConfigMistakes))]
    public async Task A_mistake_in_the_configuration_file_is_named_in_one_line(string name, string content)
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);
        try
        {
            AssertOneLine(2, name, await TraversalBinary.RunAsync("serve", "--config", path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Asserts an end that an operator and a script can read: a code, one line on standard error that has the name, and nothing else.</summary>
    internal static void AssertOneLine(int exitCode, string name, ProgramResult result)
    {
        Assert.True(result.ExitCode == exitCode, result.Transcript);
        Assert.True(result.Errors is [var line] && line.Contains(name, StringComparison.Ordinal), result.Transcript);
        Assert.True(result.Output is [], result.Transcript);
    }
}
