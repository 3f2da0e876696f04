using System.Text.Json;
using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests.Cli;

/// <summary><c>traversal id</c>, as a person and as a script use it.</summary>
public sealed class IdTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_identity_is_made_carried_and_deleted()
    {
        string store = Path.Combine(_folder, "store"), other = Path.Combine(_folder, "other"), file = Path.Combine(_folder, "anna.p12");
        string id = Id(await Succeed("id", "create", "Anna", "--json", "--store", store));

        await Succeed("id", "export", id[..8], file, "--password", "secret", "--store", store);
        ProgramResult wrong = await TraversalBinary.RunAsync("id", "import", file, "Anna", "--password", "Secret", "--store", other);
        Assert.True(wrong.ExitCode == 1 && wrong.Errors is ["traversal: id: the password is not that of the file"], wrong.Transcript);
        Assert.Equal(id, Id(await Succeed("id", "import", file, "Anna's laptop", "--password", "secret", "--json", "--store", other)));
        ProgramResult shown = await Succeed("id", "show", "--store", other);
        Assert.True(shown.Output.Any(line => line.EndsWith($"p2p:{id}?name=Anna%27s%20laptop", StringComparison.Ordinal)), shown.Transcript);

        await Succeed("id", "delete", id, "--store", store);
        ProgramResult list = await Succeed("id", "list", "--json", "--store", store);
        Assert.True(list.Output is ["[]"], list.Transcript);
    }

    [Fact]
    public async Task Mistakes_are_told_in_one_line()
    {
        await AssertUsage("NAME is one line", "id", "create", "");
        await AssertUsage("ID is missing", "id", "delete");
        await AssertUsage("whole 52 characters", "id", "delete", "abc");
        await AssertUsage("--password is missing", "id", "import", "file", "Anna", "--store", _folder);

        async Task AssertUsage(string expected, params string[] arguments)
        {
            ProgramResult result = await TraversalBinary.RunAsync(arguments);
            Assert.True(result.ExitCode == 2 && result.Errors.Length == 1 && result.Errors[0].Contains(expected, StringComparison.Ordinal), result.Transcript);
        }
    }

    /// <summary>Nothing runs when the process is killed: whatever was being written, the old name or the new one is there, and the key.</summary>
    [Fact]
    public async Task A_store_opens_after_its_writer_was_killed_at_any_moment()
    {
        string id = Id(await Succeed("id", "create", "name 0", "--json", "--store", _folder));
        var random = new Random(1);
        for (int number = 1; number <= 12; number++)
        {
            await using (ChildProcess writer = TraversalBinary.Start("id", "rename", id, $"name {number}", "--store", _folder))
                await writer.WaitForExitOrAsync(TimeSpan.FromMilliseconds(random.Next(60, 260)));

            ProgramResult list = await Succeed("id", "list", "--json", "--store", _folder);
            using var json = JsonDocument.Parse(list.Output[0]);
            Assert.Equal(1, json.RootElement.GetArrayLength());
            Assert.StartsWith("name ", json.RootElement[0].GetProperty("name").GetString(), StringComparison.Ordinal);
        }

        await Succeed("id", "rename", id, "at last", "--store", _folder);
        await Succeed("id", "export", id, Path.Combine(_folder, "file.p12"), "--password", "secret", "--store", _folder);
    }

    private static async Task<ProgramResult> Succeed(params string[] arguments)
    {
        ProgramResult result = await TraversalBinary.RunAsync(arguments);
        Assert.True(result.ExitCode == 0, result.Transcript);
        return result;
    }

    private static string Id(ProgramResult result)
    {
        using var json = JsonDocument.Parse(result.Output[0]);
        return json.RootElement.GetProperty("id").GetString()!;
    }
}
