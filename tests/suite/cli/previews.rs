//! What readers of each network see, in four languages, word for word: `handbill preview` of one article for all twelve
//! networks, and of a thread.
//!
//! The files beside this one are read by people before they are changed: `HANDBILL_BLESS=1` writes them anew.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::NOW;
use crate::bed::Bed;

const URL: &str = "https://idhdp.org/en/resources/news/march-2017/china-intensifies-crackdown-on-drug-use.html";

/// A post in one language, with what the organisation says in it.
struct Language {
    tag: &'static str,
    read_more: &'static str,
    handles: &'static str,
    join: &'static str,
    title: &'static str,
    summary: &'static str,
    /// How the thread goes on after the summary.
    more: &'static str,
    hashtags: [&'static str; 3],
}

/// The channels: name and network, handle, and what else each needs. Two have the link beside the text.
const CHANNELS: [(&str, &str, &str); 12] = [
    (
        "mastodon",
        "@idhdp@mastodon.example",
        "server = \"https://mastodon.example\"\ntoken = { env = \"MASTODON_TOKEN\" }",
    ),
    (
        "bluesky",
        "@idhdp.example",
        "identifier = \"idhdp.example\"\npassword = { env = \"BLUESKY_PASSWORD\" }",
    ),
    ("x", "@idhdp", ""),
    ("facebook", "IDHDP", "page_id = \"1\"\nlink = \"first_comment\""),
    ("linkedin", "IDHDP", "organization = \"1\"\nlink = \"card\""),
    ("threads", "@idhdp", ""),
    ("instagram", "@idhdp", ""),
    ("telegram", "@idhdp", "chat_id = \"@idhdp\""),
    ("discord", "#idhdp", "url = { env = \"WEBHOOK_SECRET\" }"),
    ("slack", "#idhdp", "url = { env = \"WEBHOOK_SECRET\" }"),
    (
        "webhook",
        "news@idhdp.example",
        "url = \"https://hooks.example/in\"\nsecret = { env = \"WEBHOOK_SECRET\" }",
    ),
    ("feed", "news@idhdp.example", "path = \"public\""),
];

impl Language {
    /// A folder with this language's words and all channels.
    fn bed(&self) -> Bed {
        let mut config = String::from("[organisation]\nname = \"IDHDP\"\ntimezone = \"Europe/London\"\n");
        let Language {
            tag,
            read_more,
            handles,
            join,
            ..
        } = self;
        write!(
            config,
            "[text.{tag}]\nread_more = \"{read_more}\"\nhandles = \"{handles}\"\njoin = \"{join}\"\n"
        )
        .unwrap();
        for (network, handle, more) in CHANNELS {
            write!(
                config,
                "[[channel]]\nname = \"{network}\"\nnetwork = \"{network}\"\nhandle = \"{handle}\"\n{more}\n\
                 schedule = [\"@hourly\"]\n"
            )
            .unwrap();
        }
        let mut bed = Bed::with_config(&config);
        bed.at(NOW);
        bed
    }

    fn add(&self, bed: &Bed, summary: &str, more: &[&str]) {
        let mut args = vec!["add", URL, "--title", self.title, "--summary", summary];
        args.extend(["--lang", self.tag, "--no-fetch"]);
        for tag in self.hashtags {
            args.extend(["--hashtag", tag]);
        }
        args.extend(more);
        bed.json(&args).done();
    }

    /// The previews of the post on all networks, and of a thread on those where it is too long for one message.
    fn previews(&self) -> String {
        let bed = self.bed();
        self.add(&bed, self.summary, &[]);
        let long = format!("{}{}", self.summary, self.more);
        self.add(
            &bed,
            &long,
            &["--thread", "--to", "mastodon,bluesky,threads", "--allow-duplicate"],
        );
        let mut all = String::new();
        for command in [["preview", "1"], ["preview", "2"]] {
            let seen = bed.run(&command).ends(0).out;
            write!(all, "$ handbill {}\n\n{seen}\n", command.join(" ")).unwrap();
        }
        all
    }

    #[track_caller]
    fn check(&self) {
        let seen = self.previews();
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/suite/cli/previews/{}.txt", self.tag));
        if std::env::var_os("HANDBILL_BLESS").is_some_and(|bless| bless == "1") {
            std::fs::write(&path, &seen).unwrap();
            return;
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == seen,
            "{} is not what is shown now (- file, + now). If it should be, read it, and run with HANDBILL_BLESS=1.\n{}",
            path.display(),
            difference(&kept, &seen)
        );
    }
}

/// The lines that differ, with those around them.
fn difference(old: &str, new: &str) -> String {
    const AROUND: usize = 2;
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    // The longest common lines, from each place on.
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = if old[i] == new[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines: Vec<(char, String)> = Vec::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push((' ', format!("{:4}   {}", j + 1, shown(new[j]))));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            lines.push(('-', format!("{:4} - {}", i + 1, shown(old[i]))));
            i += 1;
        } else {
            lines.push(('+', format!("{:4} + {}", j + 1, shown(new[j]))));
            j += 1;
        }
    }
    let changed: Vec<usize> = (0..lines.len()).filter(|&at| lines[at].0 != ' ').collect();
    let near = |at: usize| changed.iter().any(|&line| line.abs_diff(at) <= AROUND);
    let kept: Vec<&str> = lines
        .iter()
        .enumerate()
        .filter(|(at, _)| near(*at))
        .map(|(_, line)| line.1.as_str())
        .collect();
    kept.join("\n")
}

/// A line in which nothing is invisible.
fn shown(line: &str) -> String {
    let invisible = |c: char| matches!(c, '\u{A0}' | '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202F}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}');
    let mut out = String::new();
    for c in line.chars() {
        if invisible(c) || c.is_control() {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

#[test]
fn english() {
    let language = Language {
        tag: "en",
        read_more: "Read the full article",
        handles: "Comments? Tell us at {handle}",
        join: "Doctors can lead the way to healthier drug policies – join IDHDP now",
        title: "China steps up its campaign against drugs",
        summary: "China’s minister of public security says that a harsher crackdown will bring drug use down, and \
                  wants people who use drugs kept “under control”. For months his government has been tying its drug \
                  policing to that of the Philippines, Myanmar, Russia and Australia. Nothing shows that such campaigns \
                  reduce drug use; what they do is keep people away from care.",
        more: " Doctors see this every day: people who fear arrest do not come for help, and those who do come, come \
               late. Care that is open to everyone, clean needles and treatment with methadone have kept people alive \
               wherever they were tried. Is that not what a drug policy is for? We ask ministers to listen to those who \
               treat patients, and to measure their policy by the lives it saves.",
        hashtags: ["Drug policy", "PublicHealth", "China"],
    };
    language.check();
}

#[test]
fn french() {
    let language = Language {
        tag: "fr",
        read_more: "Lire l’article complet\u{A0}:",
        handles: "Un commentaire\u{202F}? Écrivez-nous\u{A0}: {handle}",
        join: "Les médecins peuvent ouvrir la voie à des politiques des drogues plus saines\u{A0}: rejoignez l’IDHDP",
        title: "La Chine durcit sa campagne contre les drogues",
        summary: "Le ministre chinois de la Sécurité publique affirme qu’une répression plus dure fera reculer la \
                  consommation de drogues, et veut «\u{A0}contrôler\u{A0}» celles et ceux qui en consomment. Depuis des \
                  mois, Pékin lie sa police antidrogue à celles des Philippines, du Myanmar, de la Russie et de \
                  l’Australie. Rien ne montre que de telles campagnes réduisent la consommation\u{A0}: elles éloignent \
                  les gens des soins.",
        more: " Les médecins le voient chaque jour\u{A0}: qui craint l’arrestation ne vient pas se faire soigner, ou vient \
               trop tard. Des soins ouverts à toutes et à tous, des seringues propres et des traitements à la méthadone \
               ont sauvé des vies partout où on les a essayés. N’est-ce pas à cela que sert une politique des \
               drogues\u{202F}? «\u{A0}Écoutez celles et ceux qui soignent.\u{A0}» C’est ce que nous demandons aux ministres, \
               et de mesurer leur politique aux vies qu’elle sauve.",
        hashtags: ["Politique des drogues", "SantéPublique", "Chine"],
    };
    language.check();
}

#[test]
fn arabic() {
    let language = Language {
        tag: "ar",
        read_more: "اقرأ المقال كاملًا",
        handles: "لديكم تعليق؟ راسلونا: {handle}",
        join: "بإمكان الأطباء أن يقودوا الطريق نحو سياسات أكثر صحة بشأن المخدرات – انضموا إلى IDHDP الآن",
        title: "الصين تشدد حملتها على المخدرات",
        summary: "يقول وزير الأمن العام الصيني إن حملة أشد صرامة ستخفض تعاطي المخدرات، ويريد إبقاء المتعاطين «تحت \
                  السيطرة». ومنذ أشهر تربط حكومته عملها في مكافحة المخدرات بعمل الفلبين وميانمار وروسيا وأستراليا. \
                  لا شيء يدل على أن مثل هذه الحملات تقلل التعاطي، بل إنها تُبعد الناس عن الرعاية.",
        more: " يرى الأطباء ذلك كل يوم: من يخشى الاعتقال لا يأتي طلبًا للعلاج، أو يأتي متأخرًا. أما الرعاية المفتوحة \
               للجميع والإبر النظيفة والعلاج بالميثادون فقد أنقذت الأرواح حيثما جُرّبت. أليست هذه غاية سياسات \
               المخدرات؟ نطلب من الوزراء أن يصغوا إلى من يعالجون المرضى، وأن يقيسوا سياساتهم بعدد الأرواح التي تنقذها.",
        hashtags: ["سياسات المخدرات", "الصحة_العامة", "الصين"],
    };
    language.check();
}

#[test]
fn chinese() {
    let language = Language {
        tag: "zh",
        read_more: "阅读全文：",
        handles: "欢迎留言：{handle}",
        join: "医生可以引领更健康的毒品政策——现在就加入IDHDP",
        title: "中国加大打击毒品力度",
        summary: "中国公安部部长表示，更严厉的打击将减少毒品使用，并主张对吸毒人员加强“管控”。几个月来，中国政府在禁毒\
                  执法方面与菲律宾、缅甸、俄罗斯和澳大利亚走得越来越近。没有任何证据表明这类运动能减少毒品使用；\
                  它们只会让人们远离医疗服务。",
        more: "医生每天都看到这样的情形：害怕被捕的人不来求助，来的人往往也来得太晚。面向所有人的医疗、清洁针具和美沙酮\
               治疗，在每一个尝试过的地方都挽救了生命。毒品政策难道不正是为此而设的吗？我们请各国部长倾听治疗患者的人的\
               声音，并以政策挽救了多少生命来衡量政策。一位同行说：“惩罚治不好任何人。”在世界各地，越来越多的医生也这样\
               认为；他们希望把钱用在治疗、教育和住房上，而不是用在监狱上。这不是软弱，而是医学。几十年的经验告诉我们，\
               人们在得到尊重和照顾的时候，才会康复，才会回到家人、工作和社区当中去。",
        hashtags: ["毒品政策", "公共卫生", "中国"],
    };
    language.check();
}

#[test]
fn the_difference_names_lines_and_what_is_invisible() {
    let told = difference("a\nb\nc\nd\ne\nf", "a\nb\nc\nD\u{A0}\ne\nf");
    assert_eq!(
        told,
        "   2   b\n   3   c\n   4 - d\n   4 + D\\u{a0}\n   5   e\n   6   f"
    );
}
