using System.Globalization;
using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests.Cli;

/// <summary>
/// coturn#1932: secrets in logs and process listings. However a secret is given, and whatever else is wrong, it stands in nothing that the binary
/// prints or serves, and there is always a way to give it without a process listing.
/// </summary>
public sealed class SecretsTests
{
    private const string Password = "Zk3-correct-horse-9Qx", Secret = "Vb7-battery-staple-1Lm", TokenKey = "Qm4tdG9rZW4ta2V5LTdZenRva2VuLWtleS03WXotWFg=";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("flag")]
    [InlineData("file")]
    [InlineData("environment")]
    [InlineData("environment-file")]
    [InlineData("configuration")]
    public async Task A_running_server_keeps_its_secrets(string form)
    {
        int port = LoopbackPorts.Find(), http = LoopbackPorts.Find();
        using var files = new SecretFiles();
        string[] common = ["serve", .. TraversalServer.ListenOptions(port), "--http", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{http}")];
        await using ChildProcess server = form switch
        {
            "flag" => TraversalBinary.Start([.. common, "--user", $"alice:{Password}", "--auth-secret", Secret, "--token-key", $"key-1={TokenKey}"]),
            "file" => TraversalBinary.Start([.. common, "--user", $"@{files.User}", "--auth-secret", $"@{files.Secret}", "--token-key", $"@{files.TokenKey}"]),
            "environment" => TraversalBinary.StartWith([$"TRAVERSAL_USER=alice:{Password}", $"TRAVERSAL_AUTH_SECRET={Secret}", $"TRAVERSAL_TOKEN_KEY=key-1={TokenKey}"], common),
            "environment-file" => TraversalBinary.StartWith([$"TRAVERSAL_USER=@{files.User}", $"TRAVERSAL_AUTH_SECRET=@{files.Secret}", $"TRAVERSAL_TOKEN_KEY=@{files.TokenKey}"], common),
            _ => TraversalBinary.Start([.. common, "--config", files.Configuration]),
        };
        await TraversalServer.WaitUntilReadyAsync(port, server);
        await server.WaitForOutputAsync(output => output.Any(line => line.Contains("credentials", StringComparison.Ordinal)), Limit);

        using var client = new HttpClient();
        foreach (string path in (string[])["/health/live", "/metrics", "/", $"/{Secret.Length}"])
        {
            using HttpResponseMessage response = await client.GetAsync(new Uri($"http://127.0.0.1:{http}{path}"), TestContext.Current.CancellationToken);
            AssertSilent(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        await server.TerminateAsync();
        ProgramResult end = await server.WaitForExitAsync(Limit);

        Assert.True(end.ExitCode == 0, end.Transcript);
        Assert.Contains(end.Output, line => line.Contains("1 user(s)", StringComparison.Ordinal) && line.Contains("1 secret(s)", StringComparison.Ordinal) && line.Contains("1 key(s)", StringComparison.Ordinal));
        AssertSilent(end);
    }

    [Theory]
    [InlineData("--user", Password)]
    [InlineData("--user", $":{Password}")]
    [InlineData($"--usr=alice:{Password}", null)]
    [InlineData($"--auth-secrets={Secret}", null)]
    [InlineData($"alice:{Password}", null)]
    [InlineData("--auth-secret", "", "--user", $"alice:{Password}")]
    [InlineData("--user", $"alice:{Password}", "--auth-secret", Secret, "--workers", "many")]
    [InlineData("--token-key", $"=key-1{TokenKey}")]
    [InlineData("--token-key", TokenKey)]
    [InlineData("--token-key", $"key-1={TokenKey}{TokenKey}")]
    [InlineData("--token-key", $"key-1={TokenKey}", "--token-key", $"key-1={TokenKey}")]
    [InlineData("--token-key", $"key-1={TokenKey}", "--token-server-name", "a server with a name that is too long for this")]
    [InlineData("--user", $"al\u0007ice:{Password}", "--listen", "udp://127.0.0.1:0", "--http", "off")]
    [InlineData("--user", $"alice:{Password}", "--auth-secret", Secret, "--listen", "udp://192.0.2.1:1")]
    public async Task A_mistake_is_told_without_the_secret_beside_it(params string?[] arguments)
    {
        ProgramResult result = await TraversalBinary.RunAsync(["serve", .. arguments.OfType<string>()]);

        Assert.True(result.ExitCode is 1 or 2, result.Transcript);
        Assert.NotEmpty(result.Errors);
        AssertSilent(result);
    }

    [Theory]
    [InlineData($$"""{ "user": ["{{Password}}"] }""")]
    [InlineData($$"""{ "user": { "alice": "{{Password}}" } }""")]
    [InlineData($$"""{ "auth-secret": "{{Secret}}", "workers": "many" }""")]
    [InlineData($$"""{ "auth-secrets": "{{Secret}}" }""")]
    [InlineData($$"""{ "auth-secret": "{{Secret}}" """)]
    public async Task A_mistake_in_a_configuration_is_told_without_the_secret_beside_it(string configuration)
    {
        using var files = new SecretFiles();
        await File.WriteAllTextAsync(files.Configuration, configuration, TestContext.Current.CancellationToken);

        ProgramResult result = await TraversalBinary.RunAsync("serve", "--config", files.Configuration);

        Assert.Equal(2, result.ExitCode);
        AssertSilent(result);
    }

    private static void AssertSilent(ProgramResult result) => AssertSilent(string.Join('\n', [.. result.Output, .. result.Errors]));

    private static void AssertSilent(string text)
    {
        Assert.DoesNotContain(Password, text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Secret, text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(TokenKey, text, StringComparison.OrdinalIgnoreCase);
    }

    private sealed class SecretFiles : IDisposable
    {
        private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory();

        public SecretFiles()
        {
            File.WriteAllText(User, $"alice:{Password}\n");
            File.WriteAllText(Secret, SecretsTests.Secret + "\n");
            File.WriteAllText(TokenKey, $"key-1={SecretsTests.TokenKey}\n");
            File.WriteAllText(Configuration, $$"""{ "user": "alice:{{Password}}", "auth-secret": ["@{{Secret}}"], "token-key": "key-1={{SecretsTests.TokenKey}}" }""");
        }

        public string User => Path.Combine(_directory.FullName, "user");

        public string Secret => Path.Combine(_directory.FullName, "secret");

        public string TokenKey => Path.Combine(_directory.FullName, "token-key");

        public string Configuration => Path.Combine(_directory.FullName, "traversal.json");

        public void Dispose() => _directory.Delete(recursive: true);
    }
}
